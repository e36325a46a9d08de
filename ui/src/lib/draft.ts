// What the clerk has put down about a document before Enter.
import type { AcceptForm, LineView, Seen } from "./bindings";

export interface Draft {
  seen: Seen;
  date: string;
  second: boolean;
  cedula: string;
}

/** `2026-11-23` as it is read here: `23/11/2026`. */
export function spelled(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  return day ? `${day}/${month}/${year}` : date;
}

/** What was typed, as ISO 8601 where it has the form of a date; Rust judges it either way. */
export function iso(typed: string): string {
  const [, day, month, year] = /^\s*(\d{1,2})\D?(\d{1,2})\D?(\d{4})\s*$/.exec(typed) ?? [];
  return day ? `${year}-${month?.padStart(2, "0")}-${day.padStart(2, "0")}` : typed.trim();
}

/** Whether the date field belongs to the line as it is being seen. */
export function asksDate(line: LineView, draft: Draft): boolean {
  return line.needs_date && draft.seen === "original";
}

export function form(line: LineView, draft: Draft): AcceptForm {
  return {
    document: line.document,
    seen: draft.seen,
    date: asksDate(line, draft) ? iso(draft.date) : null,
    second_signature: line.second_signatory !== null && draft.second,
    cedula: draft.cedula.trim() === "" ? null : draft.cedula.trim(),
  };
}
