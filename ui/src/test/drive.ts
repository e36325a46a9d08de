// Opens the window on a pretended desk and presses keys as a hand does.
import { render, screen, waitFor } from "@testing-library/svelte";
import { expect } from "vitest";
import App from "../App.svelte";
import { PretendDesk } from "../dev/backend";
import { ids } from "../lib/testids";

export interface Driven {
  desk: PretendDesk;
  container: HTMLElement;
}

export const A014 = "case-A-014";
const order = ["cedula", "ruc_printout", "turno", "request_letter", "appointment"] as const;

/** Signed in, with as many documents of A-014 accepted as asked; `null` leaves the desk empty. */
export async function open(
  accepted: number | null,
  prepare: (desk: PretendDesk) => void = () => undefined,
): Promise<Driven> {
  const desk = new PretendDesk();
  desk.install();
  if (accepted !== null) {
    desk.begin(A014, "in_service");
    for (const document of order.slice(0, accepted)) {
      desk.accept(A014, { document, seen: "original", date: null, second_signature: false, cedula: null });
    }
  }
  prepare(desk);
  const { container } = render(App);
  if (desk.session.phase === "signed_in") {
    await waitFor(() => expect(screen.getByTestId(ids.queueList)).toBeInTheDocument());
    if (accepted !== null) await waitFor(() => expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-014"));
    await settle();
  } else {
    await waitFor(() => expect(container.querySelector(".app")).not.toHaveAttribute("data-phase", "loading"));
    await settle();
  }
  return { desk, container };
}

/** Lets commands answer and the view follow. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((done) => setTimeout(done, 0));
}

/** Presses a key where the focus is; Enter on a button presses it, as a browser does. */
export async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    const target = document.activeElement ?? document.body;
    const untouched = target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (untouched && key === "Enter") {
      if (target instanceof HTMLButtonElement) target.click();
      else if (target instanceof HTMLInputElement) target.form?.requestSubmit();
    }
    await settle();
  }
}

/** Types into the field that has the focus. */
export async function type(text: string): Promise<void> {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement))
    throw new Error(`no field has the focus, but ${field?.outerHTML.slice(0, 80)}`);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

export function focused(): HTMLElement {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) throw new Error("the focus is lost");
  return active;
}

/** The document whose line has the focus. */
export function focusedDocument(): string | undefined {
  return focused().closest<HTMLElement>("[data-document]")?.dataset.document;
}

export function line(document: string): HTMLElement {
  const found = screen.getAllByTestId(ids.line).find((one) => one.dataset.document === document);
  if (!found) throw new Error(`no line for ${document}`);
  return found;
}

export function commandsOf(desk: PretendDesk): string[] {
  return desk.calls.map((call) => call.cmd).filter((cmd) => !["touch", "queue", "session", "connection"].includes(cmd));
}
