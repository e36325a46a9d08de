// When trying again makes sense for a printed thing.
import type { PaperState } from "./bindings";

export function stuck(state: PaperState): boolean {
  return state === "failed" || state === "gone" || state === "out_of_paper" || state === "committed";
}
