// How a fact beside a document reads.
import type { Fact } from "./bindings";
import { dashed, find, readable, t } from "./words";

export function label(fact: Fact): string {
  return t(`fact-${dashed(fact.label)}`);
}

export function value(fact: Fact): string {
  const words = fact.coded ? find(`code-${fact.value.replaceAll("_", "-")}`, fact.value) : readable(fact.value);
  return fact.label === "signature" ? t("fact-signature-question", { name: words }) : words;
}

/** The facts that fit on one line; those a clerk compares in the open line are left out. */
export function summary(facts: Fact[]): string {
  return facts
    .filter((fact) => !["holder", "signature", "second_signature", "registered_on"].includes(fact.label))
    .filter((fact) => fact.value !== "individual")
    .map((fact) => {
      const bare = ["number", "status", "registry", "representation"].includes(fact.label);
      return bare ? value(fact) : `${label(fact).toLocaleLowerCase("es")} ${value(fact)}`;
    })
    .join(" · ");
}
