// The desk's words, from the same Fluent file that Rust reads. No sentence that a person reads stands anywhere else.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import source from "$words/es/desk.ftl?raw";
import errors from "$words/es/errors.ftl?raw";
import type { WordArguments } from "./words.gen";

export type Word = keyof WordArguments;
type Plain = { [K in Word]: [WordArguments[K]] extends [never] ? K : never }[Word];
/** A wire code as part of a word's id: `key_restored` → `key-restored`. */
export type Dashed<S extends string> = S extends `${infer A}_${infer B}` ? `${A}-${Dashed<B>}` : S;

const bundle = new FluentBundle("es-EC", { useIsolating: false });
bundle.addResource(new FluentResource(source));
// Only for the history, which names the code of what was refused.
bundle.addResource(new FluentResource(errors));

export function t<K extends Plain>(word: K): string;
export function t<K extends Word>(word: K, args: Record<WordArguments[K], string | number>): string;
export function t(word: Word, args?: Record<string, string | number>): string {
  const pattern = bundle.getMessage(word)?.value;
  return pattern ? bundle.formatPattern(pattern, args ?? null) : word;
}

/** A word whose id is only known at run time; the fallback where there is none. */
export function find(word: string, fallback: string): string {
  const pattern = bundle.getMessage(word)?.value;
  return pattern ? bundle.formatPattern(pattern, null) : fallback;
}

export function dashed<S extends string>(code: S): Dashed<S> {
  return code.replaceAll("_", "-") as Dashed<S>;
}

/** `12 min`, `1 h 05 min`; the floor, so that a wait never looks longer than it is. */
export function duration(seconds: number | null): string {
  if (seconds === null) return t("desk-none");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return t("desk-less-than-minute");
  if (minutes < 60) return t("desk-minutes", { n: minutes });
  return t("desk-hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

/** `hace 2 min`. */
export function age(seconds: number): string {
  if (seconds < 60) return t("desk-age-seconds", { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("desk-age-minutes", { n: minutes });
  return t("desk-age-hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

const calendar = new Intl.DateTimeFormat("es-EC", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** `2031-04-14` as it is read here: `14 abr 2031`; anything else as it is. */
export function readable(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const day = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? value : calendar.format(day).replaceAll(" de ", " ").replaceAll(".", "");
}

/** `2:14`; the floor, so that it never shows more than there is. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
