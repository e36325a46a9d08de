// The time that a link has left (M13). It runs from what Rust said at the moment of receipt on the monotonic clock, and
// shows the floor: never more than was said, whatever the workstation's wall clock does.
import type { LinkView } from "./bindings";

export class Countdown {
  /** Milliseconds left; null while the time does not run. Changes once a second. */
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

  /** Takes a fresh word about a link; the same link never gains time by a slower answer. */
  take(link: LinkView | null, name: string, receivedAt: number): void {
    if (!link) {
      this.stop();
      return;
    }
    const said = link.remaining_ms === null ? null : receivedAt + link.remaining_ms;
    const same = name === this.#link && this.#deadline !== null && said !== null;
    this.#deadline = same ? Math.min(this.#deadline ?? 0, said ?? 0) : said;
    this.#link = name;
    this.#coolUntil = receivedAt + link.reissue_in_ms;
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
