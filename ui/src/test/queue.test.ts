import { screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, focusedDocument, open, press, settle, type } from "./drive";

const tickets = () => screen.getAllByTestId(ids.queueRow).map((row) => row.dataset.ticket);

async function search(text: string): Promise<void> {
  await press("/");
  await type(text);
}

describe("the search", () => {
  it("ends with Esc from the list of results, and the queue is there again", async () => {
    await open(2);
    await search("A-01");
    await press("ArrowDown");
    expect(focused()).toHaveAttribute("data-testid", ids.queueList);
    expect(tickets()).not.toContain("P-002");
    await press("Escape");
    expect(screen.getByTestId(ids.search)).toHaveValue("");
    expect(tickets()).toContain("P-002");
    expect(focusedDocument()).toBe("turno");
  });

  it("ends when a result is opened", async () => {
    await open(null);
    await search("A-017");
    await press("Enter");
    await settle();
    expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-017");
    expect(tickets()).toContain("P-002");
    expect(screen.getByTestId(ids.search)).toHaveValue("");
  });

  it("waits for the answer when Enter is faster", async () => {
    const { desk } = await open(null);
    const original = desk.answer.bind(desk);
    vi.spyOn(desk, "answer").mockImplementation(
      (...asked) => new Promise((done) => setTimeout(() => done(original(...asked)), 50)),
    );
    const field = screen.getByTestId<HTMLInputElement>(ids.search);
    await press("/");
    field.value = "A-017";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await vi.waitFor(() => expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-017"));
  });

  it("takes the place of the words that stood there", async () => {
    await open(2);
    await search("A-0");
    await press("ArrowDown");
    await press("/");
    const field = screen.getByTestId<HTMLInputElement>(ids.search);
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 3]);
  });

  it("ends when somebody is called", async () => {
    await open(null);
    await search("A-017");
    await press("F2");
    expect(screen.getByTestId(ids.search)).toHaveValue("");
    expect(tickets()).toContain("P-002");
  });

  it("is not filled again by an answer that comes late", async () => {
    const { desk } = await open(null);
    let answer: (rows: unknown) => void = () => undefined;
    const original = desk.answer.bind(desk);
    vi.spyOn(desk, "answer")
      .mockImplementationOnce(() => new Promise((done) => (answer = done)))
      .mockImplementation(original);
    await search("A-01");
    await type("A-019");
    expect(tickets()).toEqual(["A-019"]);
    answer(desk.waiting);
    await settle();
    expect(tickets()).toEqual(["A-019"]);
    await press("Escape");
    expect(tickets()).toContain("P-002");
  });
});

describe("calling", () => {
  it("does nothing while the clerk serves somebody, and says why", async () => {
    const { desk } = await open(2);
    expect(screen.getByTestId("key-F2")).toHaveAttribute("aria-disabled", "true");
    await press("F2");
    expect(commandsOf(desk)).not.toContain("call_next");
    expect(screen.getByTestId(ids.hint)).toHaveTextContent("A-014");
    await press("ArrowDown");
    expect(screen.queryByTestId(ids.hint)).toBeNull();
  });

  it("does nothing while a case in service is out of sight", async () => {
    const { desk } = await open(2);
    await search("A-017");
    await press("Enter");
    await press("F2");
    expect(commandsOf(desk)).not.toContain("call_next");
  });

  it("is not offered beside a closed case either while somebody stands at the counter", async () => {
    await open(2);
    await search("A-013");
    await press("Enter");
    await settle();
    expect(screen.getByTestId(ids.caseZone)).toHaveAttribute("data-state", "closed");
    expect(document.querySelector('main .act[aria-keyshortcuts="F2"]')).toHaveAttribute("aria-disabled", "true");
    expect(document.querySelector("main .act.loud")).toBeNull();
  });

  it("calls one person only, however often F2 is pressed", async () => {
    const { desk } = await open(null);
    for (let n = 0; n < 3; n += 1)
      focused().dispatchEvent(new KeyboardEvent("keydown", { key: "F2", bubbles: true, cancelable: true }));
    await settle();
    await press("F2");
    expect(commandsOf(desk).filter((cmd) => cmd === "call_next")).toHaveLength(1);
  });

  it("does not keep F4 and F9 for after a running act", async () => {
    const { desk } = await open(2);
    for (const key of ["Enter", "F4", "F9"])
      focused().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await settle();
    await settle();
    expect(commandsOf(desk)).toContain("accept");
    expect(commandsOf(desk)).not.toContain("hold");
    expect(commandsOf(desk)).not.toContain("print_label");
  });
});

describe("what waits for the clerk", () => {
  it("is loud and said once when a resting case may be tried again", async () => {
    const { desk } = await open(2);
    desk.row(A014, { state: "on_hold", hold: "registro_civil_down", retry_at: "11:52", retry_due: true });
    await desk.change({ topic: "queue" });
    await settle();
    const row = screen.getAllByTestId(ids.queueRow).find((one) => one.dataset.ticket === "A-014");
    expect(row).toHaveClass("due");
    expect(row).toHaveTextContent("Reintente");
    expect(screen.getByTestId(ids.announcer)).toHaveTextContent("A-014");
    const said = screen.getByTestId(ids.announcer).firstElementChild;
    await desk.change({ topic: "queue" });
    await settle();
    expect(screen.getByTestId(ids.announcer).firstElementChild).toBe(said);
  });

  it("is shown as paper that has not come out, and leads to its case", async () => {
    await open(2, (it) => {
      it.printer = "gone";
      it.begin("case-A-015", "in_service");
      it.close("case-A-015", "returned");
    });
    const foot = screen.getByTestId(ids.unprinted);
    expect(foot).toHaveTextContent("Un comprobante sin imprimir");
    foot.focus();
    await press("Enter");
    expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-015");
  });
});
