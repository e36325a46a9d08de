// The keyboard of the whole window: function keys, one step back, what is typed ahead, and a scanner that is a keyboard
// (M26). Lists answer their own arrows and letters; everything else is decided here.
import { run } from "./acts";
import { desk } from "./desk.svelte";
import { goHome, keepFocus, typing } from "./focus";
import { ids } from "./testids";

const BURST_GAP_MS = 30;
const BURST_MIN = 4;
const TYPED_AHEAD_MS = 500;
const MAX_AHEAD = 8;
/** What these mean depends on what the running act brings: they are never typed ahead. */
const NOW_ONLY = ["F2", "F4", "F9"];

let burst = "";
let lastPrintable = Number.NEGATIVE_INFINITY;
let ahead: KeyboardEvent[] = [];
let busySince = 0;
let replaying = false;

/** Listens until the returned function is called. */
export function listen(): () => void {
  desk.onIdle(replay);
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("pointerdown", onPointer, true);
  return () => {
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("pointerdown", onPointer, true);
    ahead = [];
    burst = "";
    lastPrintable = Number.NEGATIVE_INFINITY;
  };
}

function onPointer(): void {
  desk.active();
  desk.hint = null;
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onKey(event: KeyboardEvent): void {
  desk.active();
  // The web view would load the window anew.
  if (event.key === "F5") event.preventDefault();
  if (event.isComposing || !desk.signedIn) return;
  desk.hint = null;
  if (isScan(event)) {
    swallow(event);
    return;
  }
  const acts = event.key === "Enter" || event.key === "Delete" || event.key === "Backspace" || event.key.length === 1;
  const functionKey = /^F\d+$/.test(event.key);
  if (event.repeat && (functionKey || (acts && !typing(event.target)))) {
    swallow(event);
    return;
  }
  const waits = desk.busy || (ahead.length > 0 && !replaying);
  if (waits && (functionKey || (acts && !typing(event.target)) || event.key === "Enter")) {
    swallow(event);
    if (NOW_ONLY.includes(event.key)) return;
    if (ahead.length === 0) busySince = performance.now();
    if (ahead.length < MAX_AHEAD) ahead.push(event);
    return;
  }
  if (handle(event)) swallow(event);
}

/** Keys typed while a quick command ran act now, in their order; after a slow one they are let go. */
function replay(): void {
  if (ahead.length === 0) return;
  if (desk.busy) return;
  if (performance.now() - busySince > TYPED_AHEAD_MS) {
    ahead = [];
    return;
  }
  const next = ahead.shift();
  const target = document.activeElement;
  if (!next || !target) return;
  const again = new KeyboardEvent("keydown", {
    key: next.key,
    code: next.code,
    shiftKey: next.shiftKey,
    ctrlKey: next.ctrlKey,
    bubbles: true,
    cancelable: true,
  });
  replaying = true;
  const untouched = target.dispatchEvent(again);
  // A synthetic key has no default action of its own.
  if (untouched && next.key === "Enter") {
    if (target instanceof HTMLButtonElement) target.click();
    else if (target instanceof HTMLInputElement) target.form?.requestSubmit();
  }
  replaying = false;
  if (!desk.busy) setTimeout(replay, 0);
}

/**
 * A burst of printable keys faster than a hand is a scanner: from the fourth on they are gathered, and the Enter that
 * ends them hands them over. In a field they are typed as they come. A field that is typed into keeps its own keys.
 */
function isScan(event: KeyboardEvent): boolean {
  if (typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) {
    burst = "";
    return false;
  }
  const now = performance.now();
  const fast = now - lastPrintable < BURST_GAP_MS;
  if (event.key.length === 1) {
    burst = fast ? burst + event.key : event.key;
    lastPrintable = now;
    if (burst.length < BURST_MIN) return false;
    // Whatever the first letters opened is not what was meant.
    if (burst.length === BURST_MIN) desk.refusing = null;
    return true;
  }
  if (event.key === "Enter" && fast && burst.length >= BURST_MIN) {
    desk.scan(burst);
    burst = "";
    return true;
  }
  return false;
}

/** Whether the letter that was just pressed may be the start of a scan; reasons wait this out before they act. */
export const settleMs = BURST_GAP_MS + 5;
export function inBurst(): boolean {
  return burst.length > 1;
}

function handle(event: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return false;
  if (event.ctrlKey && event.key.toLowerCase() === "l") {
    void desk.lock();
    return true;
  }
  // Also from within a field, where a slash is a slash.
  if (event.ctrlKey && event.key.toLowerCase() === "f") return toSearch();
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (/^F\d+$/.test(event.key)) return run(event.key);
  if (event.key === "Escape") return back(event.target);
  if (typing(event.target)) return false;
  switch (event.key) {
    case "Delete":
      return run("Delete");
    case "/":
      return toSearch();
    case "?":
      desk.keysOpen = true;
      return true;
    default:
      return false;
  }
}

/** What stands in the field is replaced by what is typed now. */
function toSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  field?.focus();
  field?.select();
  return true;
}

/** One step back; nothing is lost. From the address that is one to the documents. */
function back(target: EventTarget | null): boolean {
  if (desk.refusing) desk.refusing = null;
  else if (desk.panel !== "none") void desk.show("none");
  else if (desk.error) desk.dismiss();
  else if (desk.found || desk.query) desk.endSearch();
  else if (desk.screen === "day") void desk.leaveDay();
  else {
    const line = document.querySelector<HTMLElement>(`[data-testid="${ids.dossier}"] .line[tabindex="0"]`);
    if (line && typing(target) && target.hasAttribute("data-home")) line.focus();
    else goHome();
    return true;
  }
  queueMicrotask(keepFocus);
  setTimeout(goHome, 0);
  return true;
}
