// Which lines of the queue are this clerk's own.
import type { QueueView, Row } from "./bindings";

const order: Row["state"][] = ["in_service", "called", "on_hold"];

/**
 * The case that belongs on the desk after a start: in service before called before resting, the clerk's own before one
 * that a colleague left in service at this counter.
 */
export function onTheDesk(queue: QueueView | null, clerk: string | undefined): Row | undefined {
  const here = (queue?.serving ?? []).filter((row) => row.elsewhere === null);
  const own = here.filter((row) => row.clerk === null || row.clerk === clerk);
  const ranked = own.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return ranked[0] ?? here.find((row) => row.state === "in_service");
}

/** The case that keeps the clerk from calling somebody else. */
export function atTheCounter(queue: QueueView | null, clerk: string | undefined): Row | undefined {
  const row = onTheDesk(queue, clerk);
  return row && (row.state === "in_service" || row.state === "called") && row.clerk === clerk ? row : undefined;
}
