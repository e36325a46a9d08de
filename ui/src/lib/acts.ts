// What each function key does now, and why it cannot. Whether an act is *allowed* is Rust's word; here stands only what
// the view already says.
import { desk } from "./desk.svelte";
import { main, retryable } from "./paper";
import { atTheCounter } from "./queue";
import { capped } from "./stage";
import { clock, dashed, t } from "./words";

export interface KeyAct {
  key: string;
  label: string;
  /** Why it can do nothing now; null where it can. */
  why: string | null;
  run: () => void;
}

/** Why nothing can be done to the case on screen: somebody else has it. */
function others(): string | null {
  if (!desk.foreign) return null;
  return desk.view?.row.elsewhere ? t("case-elsewhere-text-unknown") : t("case-foreign-why");
}

/** Why F8 can do nothing now; null where it can. */
export function whyNoLink(): string | null {
  const view = desk.view;
  const theirs = others();
  if (theirs) return theirs;
  if (view?.row.state !== "in_service") return t("reset-why-not-in-service");
  const reset = view.reset;
  switch (reset.kind) {
    case "not_yet":
      return obstacle();
    case "live":
    case "expired":
      if (capped(reset)) return t("reset-cap", { count: reset.link.links_today, max: reset.link.links_per_day });
      if (desk.countdown.coolDown > 0) return t("reset-cool-down", { time: clock(desk.countdown.coolDown + 999) });
      return null;
    case "compare_address":
      return reset.tries_left === 0 ? t("reset-compare-exhausted") : null;
    case "ready":
    case "not_found":
      return null;
    case "refused":
      return reset.retry ? null : reset.error.message;
    case "sending":
      return t("reset-sending-title");
    case "unknown":
      return t("reset-unknown-text");
    case "key_set":
      return t("reset-key-set-title");
  }
}

export function obstacle(): string {
  const view = desk.view;
  if (view?.reset.kind !== "not_yet") return "";
  switch (view.reset.obstacle) {
    case "dossier_incomplete":
      return t("reset-why-dossier-incomplete", { count: view.missing });
    case "ruc_not_active":
      return t("reset-why-ruc-not-active");
    case "no_registered_email":
      return t("reset-why-no-registered-email");
    case "account_blocked":
      return t("reset-why-account-blocked");
    case "registry_unknown":
      return t("reset-why-registry-unknown");
    case "offline":
      return t("reset-why-offline");
    case "not_in_service":
      return t("reset-why-not-in-service");
  }
}

/** The clerk serves the case on screen. */
export function serving(): boolean {
  return desk.view?.row.state === "in_service" && !desk.foreign;
}

export function callNext(): KeyAct {
  const clerk = desk.session?.staff?.name;
  const shown = desk.view?.row;
  // The case on screen is newer than its line in the queue.
  const busy = shown && !desk.foreign && (shown.state === "called" || shown.state === "in_service") ? shown : undefined;
  const other = atTheCounter(desk.queue, clerk);
  const first = busy ?? (other?.case_id === shown?.case_id ? undefined : other);
  const waits = (desk.queue?.waiting_total ?? 0) > 0;
  const why = first ? t("keys-why-serving", { ticket: first.ticket }) : waits ? null : t("queue-nobody-waiting");
  return { key: "F2", label: t("keys-f2"), why, run: () => void desk.callNext() };
}

function holdOrResume(): KeyAct {
  const row = desk.view?.row;
  const rests = row?.state === "on_hold";
  const why = others() ?? (rests || row?.state === "in_service" ? null : t("reset-why-not-in-service"));
  const run = () => {
    if (row) void (rests ? desk.resume(row.case_id) : desk.hold(row.case_id));
  };
  return { key: "F4", label: rests ? t("keys-f4-resume") : t("keys-f4"), why, run };
}

function checkIn(): KeyAct {
  const rows = [...(desk.found ?? []), ...(desk.queue?.upcoming ?? [])];
  const row = [rows.find((one) => one.case_id === desk.cursor), desk.view?.row].find(
    (one) => one?.state === "scheduled",
  );
  const run = () => {
    if (row) void desk.checkIn(row.case_id, row.preferential);
  };
  return { key: "F7", label: t("keys-f7"), why: row ? null : t("queue-check-in-which"), run };
}

function link(): KeyAct {
  const id = desk.view?.row.case_id;
  const kind = desk.view?.reset.kind;
  const another = serving() && (kind === "live" || kind === "expired");
  const run = () => {
    if (!id) return;
    switch (kind) {
      case "compare_address":
        document.querySelector<HTMLInputElement>("[data-stated]")?.focus();
        break;
      case "live":
      case "expired":
        void desk.reissue(id);
        break;
      case "not_found":
        void desk.resend(id);
        break;
      default:
        void desk.sendReset(id);
    }
  };
  return { key: "F8", label: another ? t("keys-f8-another") : t("keys-f8"), why: whyNoLink(), run };
}

function print(): KeyAct {
  const act = { key: "F9", label: t("keys-f9") };
  const view = desk.view;
  const paper = view ? main(view) : undefined;
  if (!view || (!paper && view.archive_number === null)) {
    return { ...act, why: t("error-not-printed-yet"), run: () => undefined };
  }
  const id = view.row.case_id;
  const underWay = paper?.state === "sent" || paper?.state === "out_of_paper";
  const run = () => {
    if (paper && retryable(paper.state)) void desk.retryPrint(paper.job_id);
    else if (paper && paper.kind !== "archive_label") void desk.print(id);
    else void desk.printLabel(id);
  };
  return { ...act, why: paper && underWay ? t(`print-state-${dashed(paper.state)}`) : null, run };
}

function close(): KeyAct {
  const state = desk.view?.row.state;
  const none = state === undefined ? t("keys-why-no-case") : state === "closed" ? t("keys-why-closed") : null;
  const why = others() ?? none;
  const run = () => void desk.show(desk.panel === "close" ? "none" : "close");
  return { key: "F10", label: t("keys-f10"), why, run };
}

/** The registries again. Not in the bar: it stands beside what they said. */
function consult(): KeyAct {
  const id = desk.view?.row.case_id;
  const why = serving() ? null : t("reset-why-not-in-service");
  const run = () => {
    if (id) void desk.consult(id);
  };
  return { key: "F5", label: t("case-registry-again"), why, run };
}

function cannotFinish(): KeyAct {
  const kind = desk.view?.reset.kind;
  const can = serving() && (kind === "live" || kind === "expired");
  const run = () => {
    desk.confirming = "cancel_link";
  };
  return { key: "Delete", label: t("reset-cannot-finish"), why: can ? null : t("keys-why-no-link"), run };
}

/** Acts on a case are not for a screen that does not show it. */
function onScreen(act: KeyAct): KeyAct {
  return desk.screen === "day" ? { ...act, why: t("keys-why-day") } : act;
}

/** The key bar as it stands now. */
export function bar(): KeyAct[] {
  return [
    callNext(),
    {
      key: "F3",
      label: t("keys-f3"),
      why: null,
      run: () => void desk.show(desk.panel === "walk_in" ? "none" : "walk_in"),
    },
    onScreen(holdOrResume()),
    {
      key: "F6",
      label: desk.screen === "day" ? t("keys-f6-back") : t("keys-f6"),
      why: null,
      run: () => void (desk.screen === "day" ? desk.leaveDay() : desk.openDay()),
    },
    checkIn(),
    onScreen(link()),
    onScreen(print()),
    onScreen(close()),
  ];
}

/** Does what the key does now, or says why it cannot. False for a key that is none of these. */
export function run(key: string): boolean {
  const act = [...bar(), onScreen(consult()), onScreen(cannotFinish())].find((one) => one.key === key);
  if (act?.why) desk.tell(act.why);
  else act?.run();
  return act !== undefined;
}
