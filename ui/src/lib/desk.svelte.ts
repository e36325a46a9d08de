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
import { type Answer, Exchange } from "./exchange.svelte";
import { goHome, keepFocus, occupied } from "./focus";
import { Idle } from "./idle";
import { onTheDesk } from "./queue";
import { t } from "./words";

type Panel = "none" | "close" | "walk_in";
/** What cannot be undone, and is asked about first. */
export type Confirming = Outcome | "cancel_link";

const POLL_MS = 20_000;
const ASK_AGAIN_MS = 2_000;

class Desk extends Exchange {
  session = $state.raw<SessionView | null>(null);
  queue = $state.raw<QueueView | null>(null);
  connection = $state.raw<Connection | null>(null);
  view = $state.raw<CaseView | null>(null);
  day = $state.raw<DayView | null>(null);
  history = $state.raw<HistoryEntry[]>([]);
  /** What is being searched for, and what was found. */
  query = $state("");
  found = $state.raw<Row[] | null>(null);
  /** The line of the queue under the cursor. */
  cursor = $state.raw<string | null>(null);
  panel = $state.raw<Panel>("none");
  screen = $state.raw<"desk" | "day">("desk");
  /** The document whose refusal reason is being chosen. */
  refusing = $state.raw<Document | null>(null);
  keysOpen = $state.raw(false);
  confirming = $state.raw<Confirming | null>(null);
  readonly countdown = new Countdown((seconds) => this.#second(seconds));

  #asked = 0;
  #taken = 0;
  #searches = 0;
  #deferred = new Set<string>();
  /** Resting cases of which was said that their time has come. */
  #due = new Set<string>();
  /** The case that was on the desk when the session locked. */
  #locked: string | null = null;
  #timers: ReturnType<typeof setInterval>[] = [];
  #unlisten: (() => void) | undefined;
  #idle = new Idle(
    () => void this.ask(commands.touch()),
    () => void this.lock(),
  );
  #askAgain: ReturnType<typeof setTimeout> | undefined;

  /** Opens the line to Rust. Returns what closes it. */
  start(): () => void {
    void this.askSession();
    void events.changed
      .listen((event) => this.#changed(event.payload))
      .then((stop) => {
        this.#unlisten = stop;
      });
    this.#timers.push(
      setInterval(() => void this.askQueue(), POLL_MS),
      setInterval(() => this.#idle.watch(this.signedIn ? this.session?.idle_lock_s : 0), 1000),
    );
    return () => this.stop();
  }

  stop(): void {
    this.forgetEcho();
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    clearTimeout(this.#askAgain);
    this.#unlisten?.();
    this.#forget();
    this.session = null;
  }

  get signedIn(): boolean {
    return this.session?.phase === "signed_in";
  }

  /** A colleague has the case on screen: it is to be taken over before anything is done to it. */
  get foreign(): boolean {
    const state = this.view?.row.state;
    return this.view?.mine === false && (state === "called" || state === "in_service" || state === "on_hold");
  }

  get link(): LinkView | null {
    const reset = this.view?.reset;
    return reset && "link" in reset ? reset.link : null;
  }

  /** The link's time is over here, though the answer that says so may still be under way. */
  get timeIsUp(): boolean {
    return this.view?.reset.kind === "live" && this.countdown.left === 0;
  }

  dismiss(): void {
    this.error = null;
    void tick().then(keepFocus);
  }

  // ── Session ──

  async askSession(): Promise<void> {
    const session = await this.ask(commands.session());
    if (session) this.#takeSession(session);
  }

  /** After a start that failed. */
  async startAgain(): Promise<void> {
    this.error = null;
    await this.askSession();
  }

  async signIn(username: string, pin: string, passphrase: string | null): Promise<boolean> {
    const session = await this.act(() => commands.signIn(username, pin, passphrase));
    if (session) this.#takeSession(session);
    return session !== null;
  }

  async lock(): Promise<void> {
    const session = await this.ask(commands.lock());
    if (session) this.#takeSession(session);
  }

  async signOut(): Promise<void> {
    const session = await this.act(() => commands.signOut());
    if (session) this.#takeSession(session);
  }

  /** A key or the mouse was used. */
  active(): void {
    this.#idle.active(this.signedIn);
  }

  openMailbox(): void {
    void this.act(() => commands.openMailbox());
  }

  quit(): void {
    void this.ask(commands.quit());
  }

  // ── Queue ──

  async askQueue(): Promise<void> {
    if (!this.signedIn) return;
    const queue = await this.ask(commands.queue());
    if (queue && this.signedIn) this.#takeQueue(queue);
  }

  async askConnection(): Promise<void> {
    const connection = await this.ask(commands.connection());
    if (connection) this.connection = connection;
  }

  async search(): Promise<void> {
    const turn = ++this.#searches;
    if (this.query.trim() === "") {
      this.found = null;
      return;
    }
    const rows = await this.ask(commands.search(this.query));
    if (rows && turn === this.#searches) this.found = rows;
  }

  /** Shows the queue again; an answer that is still under way comes to nothing. */
  endSearch(): void {
    this.#searches += 1;
    this.query = "";
    this.found = null;
  }

  async checkIn(caseId: string, preferential: boolean): Promise<void> {
    const queue = await this.act(() => commands.checkIn(caseId, preferential));
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
    const row = await this.act(() => commands.walkIn(form));
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

  call = (id: string) => this.#case(() => commands.call(id));
  serve = (id: string) => this.#step(id, () => commands.serve(id));
  hold = (id: string) => this.#step(id, () => commands.hold(id));
  resume = (id: string) => this.#step(id, () => commands.resume(id));
  takeOver = (id: string) => this.#case(() => commands.takeOver(id));
  reopen = (id: string) => this.#case(() => commands.reopen(id));

  // ── Dossier ──

  open = (id: string) => {
    this.#leaveScreens();
    return this.#case(() => commands.openCase(id));
  };
  consult = (id: string) => this.#case(() => commands.consult(id));
  accept = (id: string, form: AcceptForm) => this.#step(id, () => commands.accept(id, form));
  refuse = (id: string, document: Document, reason: RefusalReason) => {
    this.refusing = null;
    return this.#step(id, () => commands.refuse(id, document, reason));
  };
  takeBack = (id: string, document: Document) => this.#step(id, () => commands.takeBack(id, document));

  // ── Reset ──

  compare = (id: string, stated: string) => this.#step(id, () => commands.compareAddress(id, stated));
  sendReset = (id: string) => this.#case(() => commands.sendReset(id));
  resend = (id: string) => this.#case(() => commands.resend(id));
  abandon = (id: string) => this.#case(() => commands.abandon(id));
  reissue = (id: string) => this.#case(() => commands.reissue(id));
  cancelReset = (id: string) => this.#case(() => commands.cancelReset(id));

  // ── Close, paper, day ──

  close = (id: string, outcome: Outcome) => {
    this.panel = "none";
    return this.#step(id, () => commands.close(id, outcome));
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
    const day = await this.ask(commands.day());
    if (day && this.signedIn) this.day = day;
  }

  async askHistory(caseId: string): Promise<void> {
    const history = await this.ask(commands.history(caseId));
    if (history && this.signedIn) this.history = history;
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
    if (!this.signedIn) return;
    const turn = ++this.#asked;
    const askedAt = performance.now();
    const view = await this.ask(commands.openCase(caseId));
    if (view && this.signedIn && this.view?.row.case_id === caseId) await this.#news(view, turn, askedAt);
  }

  // ── Within ──

  /** An act that answers with a case. */
  #case(command: () => Promise<Answer<CaseView>>): Promise<CaseView | null> {
    return this.#take(() => this.act(command));
  }

  /** An act that is journaled as one event of its case: the news of it show nothing that the answer does not. */
  #step(id: string, command: () => Promise<Answer<CaseView>>): Promise<CaseView | null> {
    return this.#take(() => this.actOn(id, command));
  }

  /** Takes the view that comes, its times counted from the instant before it was asked for, and goes to the next step. */
  async #take(ask: () => Promise<CaseView | null>): Promise<CaseView | null> {
    const turn = ++this.#asked;
    const askedAt = performance.now();
    const view = await ask();
    if (view) this.#takeView(view, turn, askedAt);
    await tick();
    if (view) goHome();
    else keepFocus();
    return view;
  }

  protected override idle(): void {
    for (const id of this.#deferred) void this.askCase(id);
    this.#deferred.clear();
  }

  protected override missed(id: string): void {
    void this.askCase(id);
  }

  protected override refused(error: UiError): void {
    if (error.code === "not_signed_in") {
      // A late answer must not cover what the lock screen says.
      if (this.signedIn) void this.askSession();
      else return;
    }
    this.error = error;
  }

  #takeSession(session: SessionView): void {
    const before = this.session;
    this.session = session;
    const other = before?.staff?.username !== session.staff?.username;
    if (session.phase === "signed_out" || session.phase === "not_enrolled" || other) this.#forget();
    if (session.phase === "locked" && before?.phase === "signed_in" && !other) this.#putAway();
    if (session.phase === "signed_in" && (before?.phase !== "signed_in" || other)) {
      this.#idle.begin();
      void this.#comeBack();
    }
  }

  /** Nothing of a case stays in the window while the session is locked. */
  #putAway(): void {
    const id = this.view?.row.case_id ?? null;
    // The session's own word about it says more.
    const why = this.error?.code === "not_signed_in" && !this.session?.trouble ? this.error : null;
    this.#forget();
    this.#locked = id;
    this.error = why;
  }

  /** The case that was on the desk is on the desk again. */
  async #comeBack(): Promise<void> {
    const locked = this.#locked;
    this.#locked = null;
    await this.askQueue();
    const id = locked ?? onTheDesk(this.queue, this.session?.staff?.name)?.case_id;
    if (id && !this.view) await this.open(id);
    await tick();
    goHome();
  }

  #takeQueue(queue: QueueView): void {
    this.queue = queue;
    this.connection = queue.connection;
    const due = queue.serving.filter((row) => row.retry_due && row.elsewhere === null);
    for (const row of due) {
      if (!this.#due.has(row.case_id)) this.say(t("queue-retry-due-said", { ticket: row.ticket }));
    }
    this.#due = new Set(due.map((row) => row.case_id));
  }

  #takeView(view: CaseView, turn: number, askedAt: number): void {
    if (turn < this.#taken || !this.signedIn) return;
    this.#taken = turn;
    if (view.row.case_id !== this.view?.row.case_id) {
      this.refusing = null;
      this.panel = "none";
      this.confirming = null;
    }
    this.view = view;
    this.cursor = view.row.case_id;
    if (view.row.state !== "in_service") this.refusing = null;
    const live = view.reset.kind === "live" || view.reset.kind === "expired" ? view.reset.link : null;
    if (!live && this.confirming === "cancel_link") this.confirming = null;
    if (view.row.state === "closed") this.confirming = null;
    this.countdown.take(live, `${view.row.case_id}/${live?.links_today}`, askedAt);
  }

  /** A view that nobody asked for by hand: the focus moves only if its element went, or if the reset took a turn. */
  async #news(view: CaseView, turn: number, askedAt: number): Promise<void> {
    const before = this.view?.reset.kind;
    this.#takeView(view, turn, askedAt);
    await tick();
    if (before !== view.reset.kind && !occupied()) goHome();
    else keepFocus();
  }

  #changed(change: Change): void {
    if (change.topic === "session") {
      void this.askSession();
      return;
    }
    if (!this.signedIn) return;
    switch (change.topic) {
      case "queue":
        void this.askQueue();
        if (this.screen === "day") void this.askDay();
        break;
      case "case":
        if (change.case_id !== this.view?.row.case_id || this.isEcho(change.case_id)) break;
        if (this.busy) this.#deferred.add(change.case_id);
        else void this.askCase(change.case_id);
        break;
      case "connection":
        void this.askConnection();
        // Whether a link can be asked for hangs on the line.
        if (this.view && !this.busy) void this.askCase(this.view.row.case_id);
        break;
    }
  }

  #second(seconds: number): void {
    if (this.view?.reset.kind !== "live") return;
    if (seconds > 0 && seconds % 30 === 0) {
      this.say(t("reset-remaining-spoken", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 }));
    }
    if (seconds <= 0 && this.countdown.left === 0) {
      this.say(this.view.row.state === "in_service" ? t("reset-expired-spoken") : t("reset-expired-resting-spoken"));
      this.#askUntilOver(this.view.row.case_id);
    }
  }

  #askUntilOver(caseId: string): void {
    clearTimeout(this.#askAgain);
    if (!this.signedIn) return;
    void this.askCase(caseId).then(() => {
      if (this.timeIsUp && this.view?.row.case_id === caseId) {
        this.#askAgain = setTimeout(() => this.#askUntilOver(caseId), ASK_AGAIN_MS);
      }
    });
  }

  #leaveScreens(): void {
    this.screen = "desk";
    this.panel = "none";
    this.keysOpen = false;
    this.endSearch();
  }

  #forget(): void {
    this.queue = null;
    this.view = null;
    this.day = null;
    this.history = [];
    this.error = null;
    this.hint = null;
    this.cursor = null;
    this.refusing = null;
    this.confirming = null;
    this.#locked = null;
    this.#deferred.clear();
    this.#due.clear();
    this.#leaveScreens();
    this.countdown.stop();
  }
}

export const desk = new Desk();
