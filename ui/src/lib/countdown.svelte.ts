// The time that a link has left (M13). It runs on the monotonic clock from the instant before Rust was asked, and shows
// the floor: never more than there is, however slow the answer and whatever the workstation's wall clock does.
import type { LinkView } from "./bindings";

export class Countdown {
  /** Milliseconds left; null while the time does not run, or is not known. Changes once a second. */
  left = $state.raw<number | null>(null);
  /** Milliseconds until another link may go out. */
  coolDown = $state.raw(0);
  #deadline: number | null = null;
  #coolUntil = 0;
  #link = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onSecond: (seconds: number) => void;

  constructor(onSecond: (seconds: number) => void) {
    this.#onSecond = onSecond;
  }

  /** Takes a fresh word about a link; the same link never gains time by a later answer. */
  take(link: LinkView | null, name: string, askedAt: number): void {
    if (!link) {
      this.stop();
      return;
    }
    const known = name === this.#link ? this.#deadline : null;
    switch (link.clock.kind) {
      case "not_started":
        this.#deadline = null;
        break;
      case "running": {
        const said = askedAt + link.clock.ms;
        this.#deadline = known === null ? said : Math.min(known, said);
        break;
      }
      case "unknown":
        // What was said before still holds: it cannot be too much.
        this.#deadline = known;
        break;
    }
    this.#link = name;
    // The pause counts from the receipt: it must not seem over too soon.
    this.#coolUntil = performance.now() + link.reissue_in_ms;
    this.#tick(false);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#deadline = null;
    this.#link = "";
    this.left = null;
    this.coolDown = 0;
  }

  #tick(speak: boolean): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.coolDown = Math.max(0, this.#coolUntil - now);
    this.left = this.#deadline === null ? null : Math.max(0, this.#deadline - now);
    if (speak && this.left !== null) this.#onSecond(Math.floor(this.left / 1000));
    // To the next full second of whichever runs.
    const waits = [this.left ?? 0, this.coolDown].filter((ms) => ms > 0).map((ms) => (ms % 1000) + 1);
    if (waits.length > 0) this.#timer = setTimeout(() => this.#tick(true), Math.min(...waits));
  }
}
