// How an outcome looks in lists, and under which heading it is counted.
import type { Outcome } from "./bindings";
import { ids } from "./testids";
import { dashed, t } from "./words";

export type Tone = "green" | "amber" | "red" | "quiet";
export type Group = "restored" | "returned" | "diverted" | "other";

export function group(outcome: Outcome): Group {
  switch (outcome) {
    case "key_restored":
      return "restored";
    case "returned":
      return "returned";
    case "diverted_no_email":
    case "diverted_stale_email":
    case "diverted_account_blocked":
    case "diverted_ruc_not_active":
    case "diverted_appointment_lapsed":
    case "diverted_registry_down":
      return "diverted";
    case "link_not_completed":
    case "no_show":
    case "cancelled":
    case "left":
      return "other";
  }
}

export function tone(outcome: Outcome): Tone {
  if (outcome === "link_not_completed") return "red";
  const its = group(outcome);
  if (its === "restored") return "green";
  return its === "other" ? "quiet" : "amber";
}

export function name(outcome: Outcome): string {
  return t(`outcome-${dashed(outcome)}`);
}

/** The person leaves with nothing in hand and needs a new turno: asked about first. */
export function asksFirst(outcome: Outcome): outcome is "no_show" | "left" | "cancelled" {
  return outcome === "no_show" || outcome === "left" || outcome === "cancelled";
}

/** Ways to end a case that are a button of their own while it is not in service. */
export const besides: Partial<Record<Outcome, string>> = { no_show: ids.noShow, left: ids.left };
