import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { uiError } from "../dev/backend";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, focusedDocument, line, open, press, settle, type } from "./drive";

describe("the whole flow by keyboard", () => {
  it("takes a person from the call to the printed receipt in at most 20 key presses", async () => {
    const { desk } = await open(null);
    let presses = 0;
    const key = async (...keys: string[]) => {
      presses += keys.length;
      await press(...keys);
    };
    await key("F2");
    expect(focused()).toHaveAttribute("data-testid", ids.here);
    await key("Enter");
    await key("Enter", "Enter", "Enter");
    expect(focusedDocument()).toBe("request_letter");
    await key("Enter");
    expect(focused()).toHaveAttribute("data-testid", ids.date);
    await type("22/11/2026");
    await key("Enter", "Enter");
    expect(focused()).toHaveAttribute("data-testid", ids.stated);
    await type(desk.address);
    await key("Enter");
    await key("F8");
    expect(screen.getByTestId(ids.stage)).toHaveAttribute("data-kind", "live");
    await desk.step(A014, "key_set", "10:50:04");
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.closeAndPrint);
    await key("Enter");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-state", "printed");
    expect(presses).toBeLessThanOrEqual(20);
    expect(commandsOf(desk)).toContain("close");
  });

  it("moves through the lines with arrows and accepts the one under the cursor", async () => {
    const { desk } = await open(0);
    expect(focusedDocument()).toBe("cedula");
    await press("ArrowDown", "ArrowDown");
    expect(focusedDocument()).toBe("turno");
    await press("Enter");
    expect(line("turno")).toHaveAttribute("data-standing", "accepted");
    expect(focusedDocument()).toBe("request_letter");
    expect(desk.calls.find((call) => call.cmd === "accept")?.args.form).toMatchObject({
      document: "turno",
      seen: "consulted_online",
      date: null,
    });
  });

  it("refuses with R and the letter of the reason, and goes on with the next line", async () => {
    const { desk } = await open(0);
    await press("r");
    expect(focused()).toHaveAttribute("data-testid", ids.reasons);
    await press("b");
    await waitFor(() => expect(line("cedula")).toHaveAttribute("data-standing", "refused"));
    expect(desk.calls.find((call) => call.cmd === "refuse")?.args).toMatchObject({
      document: "cedula",
      reason: "expired",
    });
    await waitFor(() => expect(focusedDocument()).toBe("ruc_printout"));
  });

  it("leaves the reasons with Esc and refuses nothing", async () => {
    const { desk } = await open(0);
    await press("r", "Escape");
    await settle();
    expect(focusedDocument()).toBe("cedula");
    expect(commandsOf(desk)).not.toContain("refuse");
  });

  it("takes a word back with Backspace and stays on the line", async () => {
    await open(2);
    await press("ArrowUp", "Backspace");
    expect(line("ruc_printout")).toHaveAttribute("data-standing", "pending");
    expect(focusedDocument()).toBe("ruc_printout");
  });

  it("asks for the date when a printout was seen in the original, and sends it as ISO 8601", async () => {
    const { desk } = await open(1);
    await press("o");
    expect(focused()).toHaveAttribute("data-testid", ids.date);
    await type("2/11/2026");
    await press("Enter");
    expect(desk.calls.find((call) => call.cmd === "accept")?.args.form).toMatchObject({
      seen: "original",
      date: "2026-11-02",
    });
    expect(focusedDocument()).toBe("turno");
  });

  it("asks for the letter's date before the letter can conform, and says so on the key", async () => {
    const { desk } = await open(3);
    expect(focusedDocument()).toBe("request_letter");
    expect(screen.getByTestId(ids.accept)).toHaveTextContent("Anotar la fecha");
    await press("Enter");
    expect(focused()).toHaveAttribute("data-testid", ids.date);
    expect(focused()).toHaveValue("");
    await press("Enter");
    expect(commandsOf(desk)).not.toContain("accept");
    await type("22112026");
    expect(screen.getByTestId(ids.accept)).toHaveTextContent("Conforme, original vista");
    await press("Enter");
    expect(desk.calls.find((call) => call.cmd === "accept")?.args.form).toMatchObject({
      document: "request_letter",
      date: "2026-11-22",
    });
    expect(focusedDocument()).toBe("appointment");
  });

  it("asks the registries again with F5, beside the time at which they spoke", async () => {
    const { desk } = await open(2);
    const again = screen.getByTestId(ids.consultAgain);
    expect(screen.getByTestId(ids.employerZone)).toContainElement(again);
    await press("F5");
    expect(commandsOf(desk)).toContain("consult");
  });

  it("offers to ask again after the question failed, whatever the reason", async () => {
    const { desk } = await open(0, (it) => {
      const error = uiError("backend_unreachable", "breakdown", "El servidor no responde.");
      it.set(A014, { ...it.view(A014), lines: [], employer: null, missing: 0, registry_error: error });
    });
    expect(screen.getByTestId(ids.caseZone)).not.toHaveTextContent("Consultando");
    expect(focused()).toHaveAttribute("data-testid", ids.consultAgain);
    await press("Enter");
    expect(commandsOf(desk)).toContain("consult");
    expect(focusedDocument()).toBe("cedula");
  });

  it("sorts the day by a column head and opens no case with it", async () => {
    const { desk } = await open(null);
    await press("F6");
    const head = screen.getByRole("button", { name: "Turno" });
    head.focus();
    await press("Enter");
    expect(screen.getByTestId(ids.day)).toBeInTheDocument();
    expect(screen.getByRole("columnheader", { name: /Turno/ })).toHaveAttribute("aria-sort", "ascending");
    expect(commandsOf(desk)).not.toContain("open_case");
  });

  it("asks for the cédula on the counter before it accepts, where the registry's is not taken on trust", async () => {
    const { desk } = await open(0, (it) => it.line(A014, "cedula", { needs_cedula: true }));
    await press("Enter");
    expect(focused()).toHaveAttribute("data-testid", ids.cedula);
    expect(commandsOf(desk)).not.toContain("accept");
    await type("1712345675");
    await press("Enter");
    expect(desk.calls.find((call) => call.cmd === "accept")?.args.form).toMatchObject({ cedula: "1712345675" });
  });

  it("attests the second signature with S", async () => {
    const { desk } = await open(3, (it) => it.line(A014, "request_letter", { second_signatory: "Pedro Mejía" }));
    await press("s", "Enter");
    await type("22/11/2026");
    await press("Enter");
    expect(desk.calls.find((call) => call.cmd === "accept")?.args.form).toMatchObject({
      document: "request_letter",
      second_signature: true,
    });
  });

  it("takes single letters for shortcuts only while the list has the focus", async () => {
    await open(0);
    await press("/");
    expect(focused()).toHaveAttribute("data-testid", ids.search);
    await press("r", "o");
    expect(screen.queryByTestId(ids.reasons)).toBeNull();
    await press("Escape");
    expect(focusedDocument()).toBe("cedula");
  });

  it("keeps keys that were typed ahead of a quick command, in their order", async () => {
    const { desk } = await open(0);
    for (let n = 0; n < 3; n += 1)
      focused().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await settle();
    await settle();
    expect(
      desk.calls
        .filter((call) => call.cmd === "accept")
        .map((call) => (call.args.form as { document: string }).document),
    ).toEqual(["cedula", "ruc_printout", "turno"]);
  });

  it("does not act twice on a key that is held down", async () => {
    const { desk } = await open(0);
    focused().dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", repeat: true, bubbles: true, cancelable: true }),
    );
    await settle();
    expect(commandsOf(desk)).not.toContain("accept");
  });

  it("closes with F10: the suggested outcome has the cursor, Esc goes back", async () => {
    const { desk } = await open(1, (it) => it.line(A014, "turno", { standing: "refused", refused: "missing" }));
    await press("F10");
    expect(screen.getByRole("option", { selected: true, name: /Devuelto/ })).toBeInTheDocument();
    await press("Escape");
    await settle();
    expect(screen.queryByTestId(ids.closePanel)).toBeNull();
    expect(focusedDocument()).toBeDefined();
    await press("F10", "Enter");
    expect(desk.calls.find((call) => call.cmd === "close")?.args).toMatchObject({ outcome: "returned" });
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-kind", "return_slip");
  });

  it("leads to the close when nothing is left to look at and a link will not come of it", async () => {
    await open(4);
    await press("r", "a");
    await waitFor(() => expect(focused()).toHaveTextContent("F10"));
  });

  it("leads to the close at once where no document opens the way", async () => {
    await open(0, (it) => it.reset(A014, { kind: "not_yet", obstacle: "account_blocked" }));
    expect(focused()).toHaveTextContent("F10");
    expect(screen.getByTestId(ids.accept)).not.toHaveClass("loud");
  });

  it("cancels a link only after the one dialog, whose safe answer has the focus", async () => {
    const { desk } = await open(5, (it) => it.live(A014, 1));
    await press("Delete");
    expect(focused()).toHaveAttribute("data-testid", ids.confirmNo);
    await press("Enter");
    expect(screen.queryByTestId(ids.confirm)).toBeNull();
    expect(commandsOf(desk)).not.toContain("cancel_reset");
    await press("Delete");
    screen.getByTestId(ids.confirmYes).click();
    await settle();
    expect(commandsOf(desk)).toContain("cancel_reset");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-kind", "not_completed");
  });

  it("gives a walk-in a turno and says what is wrong with the number beside the field", async () => {
    await open(null);
    await press("F3");
    await type("179001");
    await press("Enter");
    expect(focused()).toHaveAttribute("data-testid", ids.walkInPerson);
    await type("Ana Loor");
    await press("Enter");
    expect(screen.getByTestId(ids.walkInNumber)).toHaveAccessibleDescription(/13 dígitos/);
    expect(focused()).toHaveAttribute("data-testid", ids.walkInNumber);
    await type("1790012345001");
    await press("Enter", "Enter");
    expect(screen.queryByTestId(ids.walkIn)).toBeNull();
    expect(screen.getByText("W-009")).toBeInTheDocument();
  });

  it("holds with F4 and resumes with F4", async () => {
    const { desk } = await open(2);
    await press("F4");
    expect(focused()).toHaveAttribute("data-testid", ids.resume);
    await press("F4");
    expect(focusedDocument()).toBe("turno");
    expect(commandsOf(desk)).toEqual(expect.arrayContaining(["hold", "resume"]));
  });

  it("checks the appointment under the cursor in with F7", async () => {
    const { desk } = await open(null);
    screen.getByTestId(ids.queueList).focus();
    await press("End", "F7");
    expect(desk.calls.find((call) => call.cmd === "check_in")?.args).toMatchObject({ caseId: "case-A-019" });
    expect(focused()).toHaveAttribute("data-testid", ids.queueList);
  });

  it("opens the day with F6, shows a history, and comes back to the line", async () => {
    await open(2);
    await press("F6");
    expect(focused()).toHaveAttribute("role", "grid");
    await press("ArrowDown");
    expect(screen.getAllByTestId(ids.historyEntry).length).toBeGreaterThan(2);
    await press("Escape");
    await settle();
    expect(focusedDocument()).toBe("turno");
  });

  it("shows the keys with ? and closes them with Esc", async () => {
    await open(0);
    await press("?");
    expect(screen.getByTestId(ids.keysDialog)).toBeInTheDocument();
    focused().dispatchEvent(new Event("cancel", { cancelable: true }));
    screen.getByTestId(ids.keysDialog).dispatchEvent(new Event("cancel", { cancelable: true }));
    await settle();
    expect(screen.queryByTestId(ids.keysDialog)).toBeNull();
    expect(focusedDocument()).toBe("cedula");
  });

  it("gives a scanner's burst to the field that waits for it and never to the shortcuts", async () => {
    const { desk } = await open(0, (it) => it.line(A014, "cedula", { needs_cedula: true }));
    for (const key of ["r", "7", "1", "2", "3", "4", "5", "6", "7", "5", "Enter"]) {
      focused().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
    await settle();
    expect(screen.queryByTestId(ids.reasons)).toBeNull();
    expect(commandsOf(desk)).not.toContain("accept");
    expect(screen.getByTestId(ids.cedula)).toHaveValue("r712345675");
  });

  it("says what a command refused and keeps the focus where it was", async () => {
    const { desk } = await open(0);
    desk.fail.set(
      "accept",
      uiError("does_not_fit", "refusal", "El caso ya no está en ese punto.", "Mire el expediente."),
    );
    await press("Enter");
    expect(screen.getByTestId(ids.notice)).toHaveAttribute("data-severity", "refusal");
    expect(focusedDocument()).toBe("cedula");
    await press("Escape");
    expect(screen.queryByTestId(ids.notice)).toBeNull();
  });

  it("leaves the address with Esc for the documents, and comes back", async () => {
    await open(5);
    expect(focused()).toHaveAttribute("data-testid", ids.stated);
    await press("Escape");
    expect(focused()).toHaveClass("line");
    await press("/");
    expect(focused()).toHaveAttribute("data-testid", ids.search);
    await press("Escape");
    expect(focused()).toHaveAttribute("data-testid", ids.stated);
  });

  it("reaches the search with Ctrl F from within a field, where a slash is a slash", async () => {
    await open(5);
    focused().dispatchEvent(new KeyboardEvent("keydown", { key: "f", ctrlKey: true, bubbles: true, cancelable: true }));
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.search);
  });
});
