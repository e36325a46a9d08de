// What the clerk has put down about a document before Enter.
import type { AcceptForm, LineView, Seen } from "./bindings";

export interface Draft {
  seen: Seen;
  date: string;
  second: boolean;
  cedula: string;
}

/** Whether the date field belongs to the line as it is being seen. */
export function asksDate(line: LineView, draft: Draft): boolean {
  return line.needs_date && draft.seen === "original";
}

export function form(line: LineView, draft: Draft): AcceptForm {
  return {
    document: line.document,
    seen: draft.seen,
    date: asksDate(line, draft) ? draft.date : null,
    second_signature: line.second_signatory !== null && draft.second,
    cedula: draft.cedula.trim() === "" ? null : draft.cedula.trim(),
  };
}
