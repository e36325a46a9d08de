import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, open, press, settle } from "./drive";

describe("the end of a case", () => {
  it("is not chosen by Enter where the facts suggest nothing", async () => {
    const { desk } = await open(2);
    await press("F10");
    expect(screen.queryByRole("option", { selected: true, name: /retiró|Anulado/ })).toBeNull();
    await press("Enter");
    expect(commandsOf(desk)).not.toContain("close");
    expect(screen.queryByTestId(ids.confirm)).toBeNull();
    expect(screen.getByTestId(ids.closePanel)).toHaveTextContent("Elija con las flechas");
  });

  it("is asked about once more where the person leaves with nothing; the safe answer has the focus", async () => {
    const { desk } = await open(2);
    await press("F10", "ArrowDown", "Enter");
    expect(screen.getByTestId(ids.confirm)).toHaveTextContent("turno nuevo");
    expect(focused()).toHaveAttribute("data-testid", ids.confirmNo);
    await press("Enter");
    expect(screen.queryByTestId(ids.confirm)).toBeNull();
    expect(screen.getByTestId(ids.closePanel)).toBeInTheDocument();
    expect(commandsOf(desk)).not.toContain("close");
    await press("Enter");
    screen.getByTestId(ids.confirmYes).click();
    await settle();
    expect(desk.calls.find((call) => call.cmd === "close")?.args).toMatchObject({ outcome: "left" });
    expect(screen.getByTestId(ids.caseZone)).toHaveAttribute("data-state", "closed");
  });

  it("is asked about for a person who was called and did not come", async () => {
    const { desk } = await open(null);
    await press("F2");
    screen.getByTestId(ids.noShow).click();
    await settle();
    expect(screen.getByTestId(ids.confirm)).toHaveTextContent("no se presentó");
    expect(commandsOf(desk)).not.toContain("close");
    screen.getByTestId(ids.confirmYes).click();
    await settle();
    expect(desk.calls.find((call) => call.cmd === "close")?.args).toMatchObject({ outcome: "no_show" });
  });

  it("is offered beside a case only as Rust allows it", async () => {
    await open(null, (it) => {
      const view = it.begin(A014, "called");
      it.set(A014, { ...view, outcomes: [{ outcome: "left", suggested: false }] });
    });
    expect(screen.getByTestId(ids.left)).toBeInTheDocument();
    expect(screen.queryByTestId(ids.noShow)).toBeNull();
  });

  it("says what to do while the fate of a request is unknown", async () => {
    await open(5, (it) => it.reset(A014, { kind: "unknown" }));
    await press("F10");
    expect(screen.getByTestId(ids.closePanel)).toHaveTextContent("F4");
    expect(screen.getByTestId(ids.closePanel)).not.toHaveTextContent("Supr");
  });

  it("knows a diversion for an address that nobody uses any more", async () => {
    await open(5, (it) => {
      const view = it.view(A014);
      it.set(A014, { ...view, outcomes: [{ outcome: "diverted_stale_email", suggested: true }] });
    });
    await press("F10", "Enter");
    expect(screen.getByTestId(ids.caseZone)).toHaveTextContent("Derivado: correo desactualizado");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-kind", "diversion_slip");
  });
});

describe("paper", () => {
  const closed = async (printer: "out_of_paper" | "no_printer" | "gone" | "printed") => {
    const driven = await open(5, (it) => {
      it.printer = printer;
      it.live(A014, 1);
    });
    await driven.desk.step(A014, "key_set", "10:50:04");
    await settle();
    await press("Enter");
    return driven;
  };

  it("that waits for a new roll offers no try that would be refused", async () => {
    const { desk } = await closed("out_of_paper");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-state", "out_of_paper");
    expect(screen.queryByTestId(ids.paperRetry)).toBeNull();
    await press("F9");
    expect(commandsOf(desk)).not.toContain("retry_print");
    expect(screen.getByTestId(ids.hint)).toHaveTextContent("cargue el rollo");
  });

  it("that did not come out is the next step, before the next person", async () => {
    await closed("gone");
    expect(screen.getByTestId(ids.paperRetry)).toHaveClass("loud");
    expect(document.querySelectorAll("main .act.loud")).toHaveLength(1);
  });

  it("without a printer can be tried again once there is one", async () => {
    const { desk } = await closed("no_printer");
    expect(screen.getByTestId(ids.paperRetry)).toBeInTheDocument();
    await press("F9");
    expect(commandsOf(desk)).toContain("retry_print");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-state", "printed");
  });

  it("of the letter's archive number can be printed from a closed case", async () => {
    const { desk } = await closed("printed");
    screen.getByTestId(ids.paperLabel).click();
    await settle();
    expect(commandsOf(desk)).toContain("print_label");
    expect(screen.getAllByTestId(ids.paper).map((one) => one.dataset.kind)).toEqual(["archive_label", "receipt"]);
    expect(screen.queryByTestId(ids.paperLabel)).toBeNull();
    await press("F9");
    expect(commandsOf(desk).at(-1)).toBe("print");
  });
});
