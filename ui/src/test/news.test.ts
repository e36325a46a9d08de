import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { uiError } from "../dev/backend";
import { desk as shown } from "../lib/desk.svelte";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, focusedDocument, open, press, settle, type } from "./drive";

describe("news from outside", () => {
  it("leave the focus on the line it is on", async () => {
    const { desk } = await open(2);
    const before = focused();
    await desk.change({ topic: "case", case_id: A014 });
    await desk.change({ topic: "queue" });
    await settle();
    expect(focused()).toBe(before);
  });

  it("bring the checklist when the registries have answered, with the focus on its first line", async () => {
    const { desk } = await open(0, (it) => {
      const view = it.view(A014);
      it.set(A014, {
        ...view,
        lines: [],
        missing: 0,
        employer: null,
        reset: { kind: "not_yet", obstacle: "registry_unknown" },
      });
    });
    expect(screen.queryByTestId(ids.dossier)).toBeNull();
    expect(focused()).toHaveTextContent("Consultando");
    desk.begin(A014, "in_service");
    await desk.change({ topic: "case", case_id: A014 });
    await settle();
    expect(focusedDocument()).toBe("cedula");
    expect(screen.getAllByTestId(ids.line)[0]).toHaveTextContent("14 abr 2031");
  });

  it("show a case that the registries' outage has put to rest, with the time to try again", async () => {
    const { desk } = await open(2);
    desk.row(A014, { state: "on_hold", hold: "registro_civil_down", retry_at: "11:52" });
    await desk.change({ topic: "case", case_id: A014 });
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.resume);
    expect(screen.getByTestId(ids.caseZone)).toHaveTextContent("Reintente desde las 11:52");
    expect(screen.getByTestId(ids.resume), "not before its time").not.toHaveClass("loud");
    expect(document.querySelector("main .act.loud")).toHaveAttribute("aria-keyshortcuts", "F2");
  });

  it("leave what is being typed alone, even when the reset takes a turn", async () => {
    const { desk } = await open(5);
    screen.getByTestId(ids.search).focus();
    await type("A-01");
    desk.compare(A014, desk.address);
    await desk.change({ topic: "case", case_id: A014 });
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.search);
    expect(screen.getByTestId(ids.search)).toHaveValue("A-01");
  });

  it("keep the cursor of the queue on its person when others arrive", async () => {
    const { desk } = await open(null);
    screen.getByTestId(ids.queueList).focus();
    await press("ArrowDown", "ArrowDown");
    const at = focused().getAttribute("aria-activedescendant");
    expect(at).toBe("q-case-A-015");
    const first = desk.waiting[0];
    if (first) desk.waiting = [{ ...first, case_id: "case-P-009", ticket: "P-009" }, ...desk.waiting];
    await desk.change({ topic: "queue" });
    await settle();
    expect(focused().getAttribute("aria-activedescendant")).toBe(at);
  });

  it("bring the focus to the next step when the key is set", async () => {
    const { desk } = await open(5, (it) => it.live(A014, 1));
    expect(focused()).toHaveAttribute("data-testid", ids.stage);
    await desk.step(A014, "handed_over", "10:48:02");
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.stage);
    await desk.step(A014, "key_set", "10:50:04");
    await settle();
    expect(focused()).toHaveAttribute("data-testid", ids.closeAndPrint);
  });

  it("that only echo the clerk's own act are not asked about; those of others are", async () => {
    const { desk } = await open(0);
    desk.calls.length = 0;
    await press("Enter");
    await settle();
    expect(commandsOf(desk)).toEqual(["accept"]);
    await desk.change({ topic: "case", case_id: A014 });
    await settle();
    expect(commandsOf(desk)).toEqual(["accept", "open_case"]);
  });

  it("that came during an act which then failed are asked about", async () => {
    const { desk } = await open(0);
    desk.calls.length = 0;
    const original = desk.answer.bind(desk);
    vi.spyOn(desk, "answer").mockImplementation((cmd, args) => {
      if (cmd !== "accept") return original(cmd, args);
      void desk.change({ topic: "case", case_id: A014 });
      return new Promise((_, no) => setTimeout(() => no(uiError("does_not_fit", "refusal")), 5));
    });
    await press("Enter");
    await waitFor(() => expect(commandsOf(desk)).toContain("open_case"));
  });

  it("put an older answer behind a newer one", async () => {
    const { desk } = await open(0);
    const stale = desk.fresh(A014);
    const original = desk.answer.bind(desk);
    let letGo: (value: unknown) => void = () => undefined;
    vi.spyOn(desk, "answer")
      .mockImplementationOnce(
        () =>
          new Promise((done) => {
            letGo = done;
          }),
      )
      .mockImplementation(original);
    await desk.change({ topic: "case", case_id: A014 });
    await press("Enter");
    expect(focusedDocument()).toBe("ruc_printout");
    letGo(stale);
    await settle();
    expect(screen.getAllByTestId(ids.line)[0]).toHaveAttribute("data-standing", "accepted");
  });

  it("lock the screen, take the case out of the window, and open it again where it was", async () => {
    const { desk, container } = await open(2);
    desk.session = { ...desk.session, phase: "locked" };
    await desk.change({ topic: "session" });
    await settle();
    expect(screen.getByTestId(ids.lockScreen)).toBeInTheDocument();
    expect(container).not.toHaveTextContent("1790012345001");
    expect(shown.view).toBeNull();
    expect(focused()).toHaveAttribute("data-testid", ids.pin);
    await press("F2");
    expect(desk.calls.map((call) => call.cmd)).not.toContain("call_next");
    await type("2580");
    await press("Enter");
    expect(screen.queryByTestId(ids.lockScreen)).toBeNull();
    expect(focusedDocument()).toBe("turno");
  });

  it("show a calm band while the line is away, with the age of the last contact", async () => {
    const { desk } = await open(2);
    desk.connection = { online: false, last_contact_s: 140, unsent: 3, quarantined: false };
    await desk.change({ topic: "connection" });
    await settle();
    expect(screen.getByTestId(ids.offlineBand)).toHaveTextContent(/hace 2 min.*3 actos por enviar/);
  });

  it("make a refusal and a breakdown look different in word, shape and severity", async () => {
    const { desk } = await open(0);
    desk.fail.set("accept", uiError("does_not_fit", "refusal"));
    await press("Enter");
    const refusal = screen.getByTestId(ids.notice);
    const shape = refusal.querySelector("path")?.getAttribute("d");
    expect(refusal).toHaveTextContent("No procede");
    desk.fail.set("accept", uiError("store_full", "breakdown"));
    await press("Enter");
    const breakdown = screen.getByTestId(ids.notice);
    expect(breakdown).toHaveTextContent("Falla");
    expect(breakdown).toHaveAttribute("data-severity", "breakdown");
    expect(breakdown.querySelector("path")?.getAttribute("d")).not.toBe(shape);
  });

  it("say in place why the key is not enabled yet", async () => {
    await open(3);
    expect(screen.getByTestId(ids.employerZone)).toHaveTextContent("Faltan 2 documentos");
    await press("F8");
    expect(screen.getByTestId(ids.announcer)).toHaveTextContent("Faltan 2 documentos");
  });

  it("offer a retry when the printer is gone, and print on F9", async () => {
    const { desk } = await open(5, (it) => {
      it.printer = "gone";
      it.live(A014, 1);
    });
    await desk.step(A014, "key_set", "10:50:04");
    await settle();
    await press("Enter");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-state", "gone");
    await press("F9");
    expect(screen.getByTestId(ids.paper)).toHaveAttribute("data-state", "printed");
  });
});

describe("a long queue", () => {
  it("keeps fewer than 40 rows in the document and reaches the last one", async () => {
    const { container } = await open(null, (it) => {
      const first = it.waiting[0];
      if (first)
        it.waiting = Array.from({ length: 100 }, (_, n) => ({ ...first, case_id: `many-${n}`, ticket: `B-${n}` }));
    });
    expect(container.querySelectorAll('[role="option"]').length).toBeLessThan(40);
    screen.getByTestId(ids.queueList).focus();
    await press("End");
    expect(focused().getAttribute("aria-activedescendant")).toBe("q-case-A-019");
  });
});
