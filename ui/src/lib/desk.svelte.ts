// What the window holds, and the only place that calls commands. Rust decides; this keeps the newest view, says what went
// wrong, and asks again when something changed.
import { tick } from "svelte";
import {
  type AcceptForm,
  type CaseView,
  type Change,
  type Connection,
  commands,
  type DayView,
  type Document,
  events,
  type HistoryEntry,
  type LinkView,
  type Outcome,
  type QueueView,
  type RefusalReason,
  type Row,
  type SessionView,
  type UiError,
  type WalkInForm,
} from "./bindings";
import { Countdown } from "./countdown.svelte";
import { goHome, keepFocus, occupied } from "./focus";
import { t } from "./words";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: UiError };
type Panel = "none" | "close" | "walk_in";

const POLL_MS = 20_000;
const TOUCH_MS = 10_000;
const ASK_AGAIN_MS = 2_000;

class Desk {
  session = $state.raw<SessionView | null>(null);
  queue = $state.raw<QueueView | null>(null);
  connection = $state.raw<Connection | null>(null);
  view = $state.raw<CaseView | null>(null);
  day = $state.raw<DayView | null>(null);
  history = $state.raw<HistoryEntry[]>([]);
  found = $state.raw<Row[] | null>(null);
  error = $state.raw<UiError | null>(null);
  /** The line of the queue under the cursor. */
  cursor = $state.raw<string | null>(null);
  panel = $state.raw<Panel>("none");
  screen = $state.raw<"desk" | "day">("desk");
  /** The document whose refusal reason is being chosen. */
  refusing = $state.raw<Document | null>(null);
  keysOpen = $state.raw(false);
  confirming = $state.raw(false);
  busy = $state.raw(false);
  said = $state.raw({ text: "", turn: 0 });
  /** A number that a scanner typed, for the field that wants it. */
  scanned = $state.raw({ text: "", turn: 0 });
  readonly countdown = new Countdown((seconds) => this.#second(seconds));

  #asked = 0;
  #taken = 0;
  #deferred = new Set<string>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #unlisten: (() => void) | undefined;
  #lastTouch = 0;
  #lastActive = 0;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  #afterBusy: () => void = () => undefined;

  /** Opens the line to Rust. Returns what closes it. */
  start(): () => void {
    this.#lastActive = performance.now();
    void this.askSession();
    void events.changed
      .listen((event) => this.#changed(event.payload))
      .then((stop) => {
        this.#unlisten = stop;
      });
    this.#timers.push(
      setInterval(() => void this.askQueue(), POLL_MS),
      setInterval(() => this.#watchIdle(), 1000),
    );
    return () => this.stop();
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    clearTimeout(this.#askAgain);
    this.#unlisten?.();
    this.countdown.stop();
    this.#forget();
    this.session = null;
  }

  /** What runs as soon as a command has answered: keys that were typed ahead. */
  onIdle(run: () => void): void {
    this.#afterBusy = run;
  }

  get signedIn(): boolean {
    return this.session?.phase === "signed_in";
  }

  get link(): LinkView | null {
    const reset = this.view?.reset;
    return reset && "link" in reset ? reset.link : null;
  }

  /** The link's time is over here, though the answer that says so may still be under way. */
  get timeIsUp(): boolean {
    return this.view?.reset.kind === "live" && this.countdown.left === 0;
  }

  say(text: string): void {
    this.said = { text, turn: this.said.turn + 1 };
  }

  scan(text: string): void {
    this.scanned = { text, turn: this.scanned.turn + 1 };
  }

  dismiss(): void {
    this.error = null;
    void tick().then(keepFocus);
  }

  // ── Session ──

  async askSession(): Promise<void> {
    const session = await this.#ask(commands.session());
    if (session) this.#takeSession(session);
  }

  async signIn(username: string, pin: string, passphrase: string | null): Promise<boolean> {
    const session = await this.#act(() => commands.signIn(username, pin, passphrase));
    if (session) this.#takeSession(session);
    return session !== null;
  }

  async lock(): Promise<void> {
    const session = await this.#ask(commands.lock());
    if (session) this.#takeSession(session);
  }

  async signOut(): Promise<void> {
    const session = await this.#act(() => commands.signOut());
    if (session) this.#takeSession(session);
  }

  /** A key or the mouse was used. */
  active(): void {
    const now = performance.now();
    this.#lastActive = now;
    if (this.signedIn && now - this.#lastTouch > TOUCH_MS) {
      this.#lastTouch = now;
      void this.#ask(commands.touch());
    }
  }

  openMailbox(): void {
    void this.#act(() => commands.openMailbox());
  }

  quit(): void {
    void this.#act(() => commands.quit());
  }

  // ── Queue ──

  async askQueue(): Promise<void> {
    if (!this.signedIn) return;
    const queue = await this.#ask(commands.queue());
    if (queue) this.#takeQueue(queue);
  }

  async search(text: string): Promise<void> {
    if (text.trim() === "") {
      this.found = null;
      return;
    }
    const rows = await this.#ask(commands.search(text));
    if (rows) this.found = rows;
  }

  async checkIn(caseId: string, preferential: boolean): Promise<void> {
    const queue = await this.#act(() => commands.checkIn(caseId, preferential));
    if (!queue) return;
    this.#takeQueue(queue);
    if (this.view?.row.case_id === caseId) await this.askCase(caseId);
    await tick();
    keepFocus();
  }

  async callNext(): Promise<void> {
    this.#leaveScreens();
    const view = await this.#case(() => commands.callNext());
    if (view) this.say(t("case-called-said", { ticket: view.row.ticket, person: view.row.person }));
  }

  async walkIn(form: WalkInForm): Promise<Row | null> {
    const row = await this.#act(() => commands.walkIn(form));
    if (row) {
      this.panel = "none";
      this.say(t("walk-in-done", { ticket: row.ticket, person: row.person }));
      this.cursor = row.case_id;
      await this.askQueue();
      await tick();
      goHome();
    }
    return row;
  }

  async leave(how: "no_show" | "left"): Promise<void> {
    const id = this.view?.row.case_id;
    if (!id) return;
    const queue = await this.#act(() => (how === "no_show" ? commands.noShow(id) : commands.left(id)));
    if (!queue) return;
    this.#takeQueue(queue);
    this.#takeView(null, ++this.#asked);
    await tick();
    goHome();
  }

  call = (id: string) => this.#case(() => commands.call(id));
  serve = (id: string) => this.#case(() => commands.serve(id));
  hold = (id: string) => this.#case(() => commands.hold(id));
  resume = (id: string) => this.#case(() => commands.resume(id));
  reopen = (id: string) => this.#case(() => commands.reopen(id));

  // ── Dossier ──

  open = (id: string) => {
    this.#leaveScreens();
    return this.#case(() => commands.openCase(id));
  };
  consult = (id: string) => this.#case(() => commands.consult(id));
  accept = (id: string, form: AcceptForm) => this.#case(() => commands.accept(id, form));
  refuse = (id: string, document: Document, reason: RefusalReason) => {
    this.refusing = null;
    return this.#case(() => commands.refuse(id, document, reason));
  };
  takeBack = (id: string, document: Document) => this.#case(() => commands.takeBack(id, document));

  // ── Reset ──

  compare = (id: string, stated: string) => this.#case(() => commands.compareAddress(id, stated));
  sendReset = (id: string) => this.#case(() => commands.sendReset(id));
  resend = (id: string) => this.#case(() => commands.resend(id));
  abandon = (id: string) => this.#case(() => commands.abandon(id));
  reissue = (id: string) => this.#case(() => commands.reissue(id));
  cancelReset = (id: string) => this.#case(() => commands.cancelReset(id));

  // ── Close, paper, day ──

  close = (id: string, outcome: Outcome) => {
    this.panel = "none";
    return this.#case(() => commands.close(id, outcome));
  };
  print = (id: string) => this.#case(() => commands.print(id));
  printLabel = (id: string) => this.#case(() => commands.printLabel(id));
  retryPrint = (job: string) => this.#case(() => commands.retryPrint(job));
  savePaper = (job: string, path: string) => this.#case(() => commands.savePaper(job, path));

  async openDay(): Promise<void> {
    this.panel = "none";
    this.screen = "day";
    await this.askDay();
    await tick();
    goHome();
  }

  async askDay(): Promise<void> {
    const day = await this.#ask(commands.day());
    if (day) this.day = day;
  }

  async askHistory(caseId: string): Promise<void> {
    const history = await this.#ask(commands.history(caseId));
    if (history) this.history = history;
  }

  async show(panel: Panel): Promise<void> {
    this.screen = "desk";
    this.refusing = null;
    this.error = null;
    this.panel = panel;
    await tick();
    goHome();
  }

  async leaveDay(): Promise<void> {
    this.screen = "desk";
    await tick();
    goHome();
  }

  /** Asks again for the case on screen, without disturbing who works. */
  async askCase(caseId: string): Promise<void> {
    const turn = ++this.#asked;
    const view = await this.#ask(commands.openCase(caseId));
    if (view && this.view?.row.case_id === caseId) await this.#news(view, turn);
  }

  // ── Within ──

  /** A read: its failure is said, but nothing waits for it. */
  async #ask<T>(asked: Promise<Answer<T>>): Promise<T | null> {
    try {
      const answer = await asked;
      if (answer.status === "ok") return answer.data;
      this.#refused(answer.error);
    } catch (cause) {
      this.#broken(cause);
    }
    return null;
  }

  /** An act: one at a time. */
  async #act<T>(command: () => Promise<Answer<T>>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.error = null;
    try {
      return await this.#ask(command());
    } finally {
      this.busy = false;
      for (const id of this.#deferred) void this.askCase(id);
      this.#deferred.clear();
      // After the view, the cursor and the focus have followed.
      setTimeout(() => this.#afterBusy(), 0);
    }
  }

  /** An act that answers with the case; afterwards the focus is on the next step. */
  async #case(command: () => Promise<Answer<CaseView>>): Promise<CaseView | null> {
    const turn = ++this.#asked;
    const view = await this.#act(command);
    if (view) {
      this.#takeView(view, turn);
      await tick();
      goHome();
    } else {
      await tick();
      keepFocus();
    }
    return view;
  }

  #refused(error: UiError): void {
    this.error = error;
    if (error.code === "not_signed_in" && this.signedIn) void this.askSession();
  }

  #broken(cause: unknown): void {
    console.error("command failed", cause);
    this.error = {
      code: "ipc_failed",
      message: t("desk-ipc-failed"),
      hint: t("desk-ipc-failed-hint"),
      severity: "breakdown",
    };
  }

  #takeSession(session: SessionView): void {
    const before = this.session;
    this.session = session;
    const other = before?.staff?.username !== session.staff?.username;
    if (session.phase === "signed_out" || session.phase === "not_enrolled" || other) this.#forget();
    if (session.phase === "signed_in" && (before?.phase !== "signed_in" || other)) {
      this.#lastActive = performance.now();
      void this.askQueue().then(async () => {
        // After a restart the case that was on the desk is on the desk again.
        const id = this.view?.row.case_id ?? this.queue?.serving.find((row) => row.elsewhere === null)?.case_id;
        if (id && !this.view) await this.open(id);
        else if (id) await this.askCase(id);
        await tick();
        goHome();
      });
    }
  }

  #takeQueue(queue: QueueView): void {
    this.queue = queue;
    this.connection = queue.connection;
  }

  #takeView(view: CaseView | null, turn: number): void {
    if (turn < this.#taken) return;
    this.#taken = turn;
    if (view?.row.case_id !== this.view?.row.case_id) {
      this.refusing = null;
      this.panel = "none";
      this.confirming = false;
    }
    this.view = view;
    if (view) this.cursor = view.row.case_id;
    if (view?.row.state !== "in_service") this.refusing = null;
    const live = view?.reset.kind === "live" || view?.reset.kind === "expired" ? view.reset.link : null;
    if (view?.reset.kind !== "live" && view?.reset.kind !== "expired") this.confirming = false;
    this.countdown.take(live, `${view?.row.case_id}/${live?.links_today}`, performance.now());
  }

  /** A view that nobody asked for by hand: the focus moves only if its element went, or if the reset took a turn. */
  async #news(view: CaseView, turn: number): Promise<void> {
    const before = this.view?.reset.kind;
    this.#takeView(view, turn);
    await tick();
    if (before !== view.reset.kind && !occupied()) goHome();
    else keepFocus();
  }

  #changed(change: Change): void {
    switch (change.topic) {
      case "session":
        void this.askSession();
        break;
      case "queue":
        void this.askQueue();
        if (this.screen === "day") void this.askDay();
        break;
      case "case":
        if (change.case_id !== this.view?.row.case_id) break;
        if (this.busy) this.#deferred.add(change.case_id);
        else void this.askCase(change.case_id);
        break;
      case "connection":
        void this.#ask(commands.connection()).then((connection) => {
          if (connection) this.connection = connection;
        });
        break;
    }
  }

  #second(seconds: number): void {
    if (this.view?.reset.kind !== "live") return;
    if (seconds > 0 && seconds % 30 === 0) {
      this.say(t("reset-remaining-spoken", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 }));
    }
    if (seconds <= 0 && this.countdown.left === 0) {
      this.say(t("reset-expired-spoken"));
      this.#askUntilOver(this.view.row.case_id);
    }
  }

  #askUntilOver(caseId: string): void {
    clearTimeout(this.#askAgain);
    void this.askCase(caseId).then(() => {
      if (this.timeIsUp && this.view?.row.case_id === caseId) {
        this.#askAgain = setTimeout(() => this.#askUntilOver(caseId), ASK_AGAIN_MS);
      }
    });
  }

  #watchIdle(): void {
    const limit = this.session?.idle_lock_s ?? 0;
    if (this.signedIn && limit > 0 && performance.now() - this.#lastActive >= limit * 1000) {
      this.#lastActive = performance.now();
      void this.lock();
    }
  }

  #leaveScreens(): void {
    this.screen = "desk";
    this.panel = "none";
    this.keysOpen = false;
  }

  #forget(): void {
    this.queue = null;
    this.view = null;
    this.day = null;
    this.history = [];
    this.found = null;
    this.error = null;
    this.cursor = null;
    this.refusing = null;
    this.confirming = false;
    this.#leaveScreens();
    this.countdown.stop();
  }
}

export const desk = new Desk();
