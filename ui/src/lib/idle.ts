// How long nobody has touched the desk. Rust counts too; the window only says that somebody is there, and locks in time.
const TOUCH_MS = 10_000;

export class Idle {
  #lastTouch = 0;
  #lastActive = performance.now();
  #touch: () => void;
  #lock: () => void;

  constructor(touch: () => void, lock: () => void) {
    this.#touch = touch;
    this.#lock = lock;
  }

  begin(): void {
    this.#lastActive = performance.now();
  }

  /** A key or the mouse was used; Rust is told now and then. */
  active(signedIn: boolean): void {
    const now = performance.now();
    this.#lastActive = now;
    if (!signedIn || now - this.#lastTouch <= TOUCH_MS) return;
    this.#lastTouch = now;
    this.#touch();
  }

  /** Locks after so many seconds; 0 for never. */
  watch(limit = 0): void {
    if (limit <= 0 || performance.now() - this.#lastActive < limit * 1000) return;
    this.begin();
    this.#lock();
  }
}
