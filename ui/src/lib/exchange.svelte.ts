// How the window talks to Rust: one act at a time, questions beside it, and what went wrong. What is asked stands in
// `desk.svelte.ts`.
import type { UiError } from "./bindings";
import { t } from "./words";

export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: UiError };

/** How long after the answer to an act the news of that same act may still come in. */
const ECHO_MS = 100;

export class Exchange {
  error = $state.raw<UiError | null>(null);
  busy = $state.raw(false);
  said = $state.raw({ text: "", turn: 0 });
  /** Why the key just pressed does nothing; gone with the next key. */
  hint = $state.raw<string | null>(null);
  /** A number that a scanner typed, for the field that wants it. */
  scanned = $state.raw({ text: "", turn: 0 });

  #afterBusy: () => void = () => undefined;
  #echo: { id: string; until: number; heard: boolean } | null = null;

  /** What runs as soon as a command has answered: keys that were typed ahead. */
  onIdle(run: () => void): void {
    this.#afterBusy = run;
  }

  /** To the ear. */
  say(text: string): void {
    this.said = { text, turn: this.said.turn + 1 };
  }

  /** To the ear and the eye: why a key does nothing now. */
  tell(text: string): void {
    this.hint = text;
    this.say(text);
  }

  scan(text: string): void {
    this.scanned = { text, turn: this.scanned.turn + 1 };
  }

  /** A question: its failure is said, but nothing waits for it. */
  protected async ask<T>(asked: Promise<Answer<T>>): Promise<T | null> {
    try {
      const answer = await asked;
      if (answer.status === "ok") return answer.data;
      this.refused(answer.error);
    } catch (cause) {
      this.#broken(cause);
    }
    return null;
  }

  /** An act: one at a time. */
  protected async act<T>(command: () => Promise<Answer<T>>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.error = null;
    try {
      return await this.ask(command());
    } finally {
      this.busy = false;
      this.idle();
      // After the view, the cursor and the focus have followed.
      setTimeout(() => this.#afterBusy(), 0);
    }
  }

  /** An act on one case: its own answer already shows what it changed, so the news of it needs no second look. */
  protected async actOn<T>(id: string, command: () => Promise<Answer<T>>): Promise<T | null> {
    if (this.busy) return null;
    const echo = { id, until: Number.POSITIVE_INFINITY, heard: false };
    this.#echo = echo;
    const answer = await this.act(command);
    if (answer !== null) echo.until = performance.now() + ECHO_MS;
    else {
      if (this.#echo === echo) this.#echo = null;
      if (echo.heard) this.missed(id);
    }
    return answer;
  }

  /** Whether this news of a case is the echo of the act that was just answered, or is about to be. */
  protected isEcho(id: string): boolean {
    const echo = this.#echo;
    if (!echo || echo.heard || echo.id !== id || performance.now() > echo.until) return false;
    echo.heard = true;
    return true;
  }

  protected forgetEcho(): void {
    this.#echo = null;
  }

  /** What waited for the end of an act. */
  protected idle(): void {}

  /** News of a case were taken for an echo, and the act then failed. */
  protected missed(_id: string): void {}

  protected refused(error: UiError): void {
    this.error = error;
  }

  #broken(cause: unknown): void {
    console.error("command failed", cause);
    this.error = {
      code: "ipc_failed",
      message: t("desk-ipc-failed"),
      hint: t("desk-ipc-failed-hint"),
      severity: "breakdown",
      until: null,
    };
  }
}
