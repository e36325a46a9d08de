// Focus is always visible and never lost (WCAG 2.4.3, 2.4.7). What may hold it by itself carries `data-home` with a
// rank; the highest rank on screen is where the next step is.

/** Ranks of the places where the next step can be. */
export const home = { queue: 10, case: 50, line: 60, stage: 70, reasons: 75, panel: 80, dialog: 90 } as const;

function best(): HTMLElement | null {
  const root: ParentNode = document.querySelector("dialog[open]") ?? document;
  let found: HTMLElement | null = null;
  let rank = -1;
  for (const element of root.querySelectorAll<HTMLElement>("[data-home]")) {
    const its = Number(element.dataset.home);
    if (its > rank && !element.closest("[inert]") && !element.matches(":disabled")) {
      found = element;
      rank = its;
    }
  }
  return found;
}

/** Goes where the next step is. */
export function goHome(): void {
  const element = best();
  if (element && element !== document.activeElement) element.focus();
}

/** Whether nothing has the focus. */
export function lost(): boolean {
  const active = document.activeElement;
  return !active || active === document.body || !active.isConnected || active.closest("[inert]") !== null;
}

/** Goes home only if an update took the focused element away. */
export function keepFocus(): void {
  if (lost()) goHome();
}

/** Whether keys belong to a field that is typed into. */
export function typing(target: EventTarget | null): target is HTMLElement {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether the focus is among the lines of the queue or in a field: news must not take it from there. */
export function occupied(): boolean {
  const active = document.activeElement;
  return typing(active) || active?.closest("[data-keeps-focus]") != null;
}
