// Writes one entry per word of the desk's Fluent file, with the arguments it takes: a missing word, or a missing
// argument, fails svelte-check.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse, Visitor } from "@fluent/syntax";

const source = fileURLToPath(new URL("../../assets/words/es/desk.ftl", import.meta.url));
const target = fileURLToPath(new URL("../src/lib/words.gen.ts", import.meta.url));

class Arguments extends Visitor {
  names = new Set();
  visitVariableReference(node) {
    this.names.add(node.id.name);
  }
}

const lines = [];
for (const entry of parse(readFileSync(source, "utf8"), {}).body) {
  if (entry.type === "Junk") throw new Error(`${source}: ${entry.content}`);
  if (entry.type !== "Message") continue;
  const found = new Arguments();
  found.visit(entry);
  const names = [...found.names].map((name) => JSON.stringify(name)).join(" | ");
  lines.push(`  ${JSON.stringify(entry.id.name)}: ${names || "never"};`);
}
writeFileSync(
  target,
  `// Generated from assets/words/es/desk.ftl by scripts/words.mjs.\nexport interface WordArguments {\n${lines.join("\n")}\n}\n`,
);
