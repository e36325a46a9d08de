// What each function key does now, and whether it can. Whether an act is *allowed* is Rust's word; here stands only what
// the view already says.
import { desk } from "./desk.svelte";
import { stuck } from "./paper";
import { clock, t } from "./words";

export interface KeyAct {
  key: string;
  label: string;
  enabled: boolean;
}

function caseId(): string | null {
  return desk.view?.row.case_id ?? null;
}

/** Why F8 can do nothing now; null where it can. */
export function whyNoLink(): string | null {
  const view = desk.view;
  if (view?.row.state !== "in_service") return t("reset-why-not-in-service");
  const reset = view.reset;
  switch (reset.kind) {
    case "not_yet":
      return obstacle();
    case "live":
    case "expired":
      if (reset.link.links_today >= reset.link.links_per_day) {
        return t("reset-cap", { count: reset.link.links_today, max: reset.link.links_per_day });
      }
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

function link(): void {
  const id = caseId();
  const why = whyNoLink();
  if (!id || why) {
    if (why) desk.say(why);
    return;
  }
  switch (desk.view?.reset.kind) {
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
}

function holdOrResume(): void {
  const id = caseId();
  if (!id) return;
  void (desk.view?.row.state === "on_hold" ? desk.resume(id) : desk.hold(id));
}

function checkIn(): void {
  const queue = desk.queue;
  const row = [...(desk.found ?? []), ...(queue?.upcoming ?? [])].find((one) => one.case_id === desk.cursor);
  const scheduled = row?.state === "scheduled" ? row : desk.view?.row.state === "scheduled" ? desk.view.row : null;
  if (scheduled) void desk.checkIn(scheduled.case_id, scheduled.preferential);
  else desk.say(t("queue-check-in-which"));
}

function print(): void {
  const view = desk.view;
  if (!view) return;
  const newest = view.paper[0];
  if (newest && stuck(newest.state)) void desk.retryPrint(newest.job_id);
  else if (view.row.state !== "closed" && view.archive_number) void desk.printLabel(view.row.case_id);
  else void desk.print(view.row.case_id);
}

function close(): void {
  if (!desk.view) return;
  void desk.show(desk.panel === "close" ? "none" : "close");
}

function cannotFinish(): void {
  const kind = desk.view?.reset.kind;
  if (desk.view?.row.state === "in_service" && (kind === "live" || kind === "expired")) desk.confirming = true;
}

const table: Record<string, () => void> = {
  F2: () => void desk.callNext(),
  F3: () => void desk.show(desk.panel === "walk_in" ? "none" : "walk_in"),
  F4: holdOrResume,
  F6: () => void (desk.screen === "day" ? desk.leaveDay() : desk.openDay()),
  F7: checkIn,
  F8: link,
  F9: print,
  F10: close,
};

export const can = {
  byKey: (key: string): (() => void) | undefined => table[key],
  cannotFinish,
};

/** The key bar as it stands now. */
export function bar(): KeyAct[] {
  const view = desk.view;
  const state = view?.row.state;
  const kind = view?.reset.kind;
  const another = state === "in_service" && (kind === "live" || kind === "expired");
  const waits = (desk.queue?.waiting_total ?? 0) > 0;
  return [
    { key: "F2", label: t("keys-f2"), enabled: waits && state !== "in_service" },
    { key: "F3", label: t("keys-f3"), enabled: true },
    {
      key: "F4",
      label: state === "on_hold" ? t("keys-f4-resume") : t("keys-f4"),
      enabled: state === "in_service" || state === "on_hold",
    },
    { key: "F6", label: desk.screen === "day" ? t("keys-f6-back") : t("keys-f6"), enabled: true },
    { key: "F7", label: t("keys-f7"), enabled: (desk.queue?.upcoming_total ?? 0) > 0 },
    { key: "F8", label: another ? t("keys-f8-another") : t("keys-f8"), enabled: whyNoLink() === null },
    {
      key: "F9",
      label: t("keys-f9"),
      enabled: (view?.paper.length ?? 0) > 0 || view?.archive_number != null,
    },
    { key: "F10", label: t("keys-f10"), enabled: (view?.outcomes.length ?? 0) > 0 },
  ];
}
