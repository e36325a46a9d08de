// How a printed thing stands, for the eye, and when trying again makes sense.
import type { PaperState } from "./bindings";

export function stuck(state: PaperState): boolean {
  return state === "failed" || state === "gone" || state === "out_of_paper" || state === "committed";
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
