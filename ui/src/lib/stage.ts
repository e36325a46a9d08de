// What the reset means for the screen.
import type { CaseView, Obstacle, ResetView } from "./bindings";

/** Whether the reset has the stage: the dossier is done, or a request is out. */
export function staged(view: CaseView): boolean {
  return view.reset.kind !== "not_yet";
}

/** No document removes these: the person's way is another. */
const bars: Obstacle[] = ["ruc_not_active", "no_registered_email", "account_blocked"];

export function barred(reset: ResetView): boolean {
  return reset.kind === "not_yet" && bars.includes(reset.obstacle);
}

/** No further link may go out today. */
export function capped(reset: ResetView): boolean {
  const link = reset.kind === "live" || reset.kind === "expired" ? reset.link : null;
  return link !== null && link.links_today >= link.links_per_day;
}
