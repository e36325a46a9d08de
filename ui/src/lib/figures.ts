// The figures above the day: sums over the very rows that the table shows, so that each can be traced to them.
import type { Row } from "./bindings";
import { type Group, group } from "./outcome";

export type Filter = "all" | "open" | Group;

export function matches(row: Row, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "open") return row.state !== "closed";
  return row.outcome !== null && group(row.outcome) === filter;
}

export function count(rows: Row[], filter: Filter): number {
  return rows.filter((row) => matches(row, filter)).length;
}

/** The value that a share of the sorted ones does not exceed. */
export function quantile(values: number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

export const minutes = (seconds: number): number => Math.floor(seconds / 60);

export interface Hour {
  hour: string;
  restored: number;
  sentOn: number;
  other: number;
}

/** Outcomes by the hour in which the case was closed. */
export function byHour(rows: Row[]): Hour[] {
  const hours = new Map<string, Hour>();
  for (const row of rows) {
    if (!row.closed_at || !row.outcome) continue;
    const hour = row.closed_at.slice(0, 2);
    const one = hours.get(hour) ?? { hour, restored: 0, sentOn: 0, other: 0 };
    const its = group(row.outcome);
    if (its === "restored") one.restored += 1;
    else if (its === "other") one.other += 1;
    else one.sentOn += 1;
    hours.set(hour, one);
  }
  return [...hours.values()].sort((a, b) => a.hour.localeCompare(b.hour));
}
