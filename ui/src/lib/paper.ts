// How a printed thing stands, for the eye, and when trying again makes sense.
import type { CaseView, PaperState, PaperView } from "./bindings";

/** No sheet of it can be under way: Rust would take another try. */
export function retryable(state: PaperState): boolean {
  return state === "committed" || state === "failed" || state === "gone" || state === "no_printer";
}

/** The paper that F9 is about: that of the close, or the label of the letter while the case is open. */
export function main(view: CaseView): PaperView | undefined {
  const closed = view.row.state === "closed";
  return view.paper.find((paper) => (paper.kind === "archive_label") !== closed);
}

export function look(state: PaperState): "green" | "amber" | "red" | "blue" {
  switch (state) {
    case "printed":
      return "green";
    case "committed":
    case "sent":
      return "blue";
    case "out_of_paper":
      return "amber";
    case "failed":
    case "gone":
    case "no_printer":
      return "red";
  }
}

export function icon(state: PaperState): "check" | "printer" | "warning" | "breakdown" {
  switch (look(state)) {
    case "green":
      return "check";
    case "blue":
      return "printer";
    case "amber":
      return "warning";
    case "red":
      return "breakdown";
  }
}
