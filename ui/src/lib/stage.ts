// Whether the reset has the stage: the dossier is done, or a request is out.
import type { CaseView } from "./bindings";

export function staged(view: CaseView): boolean {
  return view.reset.kind !== "not_yet";
}
