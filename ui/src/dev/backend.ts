// A desk that only pretends: it answers the window's commands from memory, for the dev page and the tests. The real
// rules are Rust's; here is just enough to show every screen.
import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import type {
  AcceptForm,
  CaseView,
  Change,
  DayView,
  Document,
  LinkView,
  Outcome,
  PaperKind,
  PaperState,
  QueueView,
  RefusalReason,
  Row,
  SessionView,
  Step,
  UiError,
  WalkInForm,
} from "../lib/bindings";
import {
  blankView,
  closedRows,
  employer,
  history,
  lines,
  outcomesOf,
  paperOf,
  uiError,
  upcoming,
  waiting,
} from "./people";

const LINK_MS = 180_000;
const JOURNALED = new Set(["serve", "hold", "resume", "accept", "refuse", "take_back", "compare_address", "close"]);
const CLERK = "Lucía Andrade";

export { uiError };

export class PretendDesk {
  session: SessionView = {
    phase: "signed_in",
    training: false,
    center_name: "Centro de Atención Universal Quito Sur",
    counter: "3",
    staff: { username: "landrade", name: CLERK, role: "clerk" },
    passphrase_needed: false,
    training_staff: [],
    offline: false,
    idle_lock_s: 600,
    mailbox_url: null,
    utc_offset_minutes: -300,
    trouble: null,
  };
  connection: QueueView["connection"] = { online: true, last_contact_s: 1, unsent: 0, quarantined: false };
  waiting = waiting();
  upcoming = upcoming();
  closed = closedRows();
  cases = new Map<string, CaseView>();
  address = "maria@eltrigo.ec";
  /** Every command as it came. */
  calls: { cmd: string; args: Record<string, unknown> }[] = [];
  /** An error to answer a command with, once. */
  fail = new Map<string, UiError>();
  printer: PaperState = "printed";
  /** The time of a link is known to the backend alone. */
  unknownClock = false;
  #numbers = 813;
  #linkEnds = new Map<string, number>();

  /** Takes the place of Rust. */
  install(): void {
    const take = (cmd: string, given: unknown) => {
      const args = (given ?? {}) as Record<string, unknown>;
      const answer = this.answer(cmd, args);
      // An act on a case is news of it, even for who did it.
      if (JOURNALED.has(cmd)) void this.change({ topic: "case", case_id: String(args.caseId) });
      return answer;
    };
    mockIPC(take, { shouldMockEvents: true });
  }

  change(change: Change): Promise<void> {
    return emit("changed", change);
  }

  answer(cmd: string, args: Record<string, unknown>): unknown {
    this.calls.push({ cmd, args });
    const error = this.fail.get(cmd);
    if (error) {
      this.fail.delete(cmd);
      throw error;
    }
    const id = args.caseId as string;
    switch (cmd) {
      case "session":
        return this.session;
      case "sign_in":
        if (args.pin !== "2580") throw uiError("wrong_pin", "refusal", "El PIN no es correcto.", "Digítelo de nuevo.");
        this.session = {
          ...this.session,
          phase: "signed_in",
          staff: { username: String(args.username), name: CLERK, role: "clerk" },
          trouble: null,
        };
        return this.session;
      case "lock":
        this.session = { ...this.session, phase: "locked" };
        return this.session;
      case "sign_out":
        this.session = { ...this.session, phase: "signed_out", staff: null };
        return this.session;
      case "touch":
      case "open_mailbox":
      case "quit":
        return null;
      case "connection":
        return this.connection;
      case "queue":
        return this.queue();
      case "search":
        return this.rows().filter((row) =>
          `${row.ticket} ${row.person} ${row.employer} ${row.number}`
            .toLowerCase()
            .includes(String(args.text).toLowerCase()),
        );
      case "check_in":
        return this.checkIn(id, Boolean(args.preferential));
      case "call_next":
        return this.callNext();
      case "call":
        return this.begin(id, "called");
      case "serve":
        return this.begin(id, "in_service");
      case "walk_in":
        return this.walkIn(args.form as WalkInForm);
      case "hold":
        return this.row(id, { state: "on_hold", hold: "at_the_counter", retry_at: null });
      case "resume":
        return this.row(id, { state: "in_service", hold: null, retry_at: null, retry_due: false });
      case "take_over":
        this.cases.set(id, { ...this.view(id), mine: true });
        return this.row(id, { clerk: CLERK });
      case "reopen":
        return this.set(id, {
          ...this.view(id),
          row: { ...this.view(id).row, state: "in_service", outcome: null, closed_at: null },
          paper: [],
          reopenable: false,
        });
      case "open_case":
        return this.fresh(id);
      case "consult":
        return this.consult(id);
      case "accept":
        return this.accept(id, args.form as AcceptForm);
      case "refuse":
        return this.line(id, args.document as Document, { standing: "refused", refused: args.reason as RefusalReason });
      case "take_back":
        return this.line(id, args.document as Document, { standing: "pending", refused: null, seen: null });
      case "compare_address":
        return this.compare(id, String(args.stated));
      case "send_reset":
      case "resend":
        return this.live(id, 1);
      case "reissue":
        return this.live(id, this.link(id).links_today + 1);
      case "abandon":
        return this.reset(id, { kind: "ready", email_masked: "m•••••@eltrigo.ec" });
      case "cancel_reset":
        return this.close(id, "link_not_completed");
      case "close":
        return this.close(id, args.outcome as Outcome);
      case "print":
        return this.print(id, null);
      case "print_label":
        return this.print(id, "archive_label");
      case "retry_print":
        return this.retry(String(args.jobId));
      case "save_paper":
        return this.retry(String(args.jobId));
      case "day":
        return this.day();
      case "history":
        return history(this.view(id).row.outcome);
      default:
        throw new Error(`no such command: ${cmd}`);
    }
  }

  // ── Queue ──

  rows(): Row[] {
    return [...[...this.cases.values()].map((view) => view.row), ...this.waiting, ...this.upcoming, ...this.closed];
  }

  queue(): QueueView {
    return {
      serving: [...this.cases.values()]
        .map((view) => view.row)
        .filter((row) => ["called", "in_service", "on_hold"].includes(row.state)),
      waiting: this.waiting.slice(0, 100),
      waiting_total: this.waiting.length,
      upcoming: this.upcoming.slice(0, 100),
      upcoming_total: this.upcoming.length,
      served_today: 14,
      wait_p90_min: 9,
      connection: this.connection,
      unprinted: [...this.cases.values()]
        .filter((view) => view.row.state === "closed" && view.paper[0] && view.paper[0].state !== "printed")
        .map((view) => view.row),
    };
  }

  checkIn(id: string, preferential: boolean): QueueView {
    const row = this.upcoming.find((one) => one.case_id === id);
    if (row) {
      this.upcoming = this.upcoming.filter((one) => one !== row);
      const here: Row = { ...row, state: "waiting", waited_s: 0, preferential };
      this.waiting = [...this.waiting, here];
      const view = this.cases.get(id);
      if (view) this.cases.delete(id);
    }
    return this.queue();
  }

  callNext(): CaseView {
    const row = this.waiting[0];
    if (!row) throw uiError("empty_queue", "refusal", "Nadie espera.", "Si llega alguien, registre su llegada con F7.");
    return this.begin(row.case_id, "called");
  }

  walkIn(form: WalkInForm): Row {
    if (form.number.length !== 13 && form.number.length !== 10) {
      throw uiError(
        "number_length",
        "refusal",
        "El número no tiene 13 dígitos (RUC) ni 10 (cédula).",
        "Cuéntelos en el documento.",
      );
    }
    if (form.person === "") throw uiError("person_missing", "refusal", "Falta el nombre de la persona.", "");
    const row: Row = {
      ...(waiting()[5] as Row),
      case_id: "case-W-009",
      ticket: "W-009",
      person: form.person,
      employer: "",
      number: form.number,
      preferential: form.preferential,
      waited_s: 0,
    };
    this.waiting = [...this.waiting, row];
    return row;
  }

  // ── Cases ──

  view(id: string): CaseView {
    const known = this.cases.get(id);
    if (known) return known;
    const row = this.rows().find((one) => one.case_id === id);
    if (!row) throw uiError("case_unknown", "refusal");
    return blankView(row);
  }

  set(id: string, view: CaseView): CaseView {
    this.cases.set(id, view);
    return this.fresh(id);
  }

  /** The view with its times as of now. */
  fresh(id: string): CaseView {
    const view = this.view(id);
    if (view.reset.kind === "live" && this.unknownClock) {
      return { ...view, reset: { kind: "live", link: { ...view.reset.link, clock: { kind: "unknown" } } } };
    }
    const ends = this.#linkEnds.get(id);
    if (view.reset.kind !== "live" || ends === undefined) return view;
    const left = Math.max(0, Math.floor(ends - performance.now()));
    const link = {
      ...view.reset.link,
      clock: { kind: "running" as const, ms: left },
      reissue_in_ms: Math.max(0, left - LINK_MS + 15_000),
    };
    const reset = left > 0 ? { kind: "live" as const, link } : { kind: "expired" as const, link };
    return { ...view, reset };
  }

  row(id: string, part: Partial<Row>): CaseView {
    const before = this.view(id);
    const view = { ...before, row: { ...before.row, ...part } };
    return this.set(id, { ...view, outcomes: outcomesOf(view) });
  }

  reset(id: string, reset: CaseView["reset"]): CaseView {
    const view = { ...this.view(id), reset };
    return this.set(id, { ...view, outcomes: outcomesOf(view) });
  }

  begin(id: string, state: "called" | "in_service"): CaseView {
    const view = this.view(id);
    this.waiting = this.waiting.filter((row) => row.case_id !== id);
    const row: Row = { ...view.row, state, served_s: state === "called" ? null : 240, clerk: CLERK };
    const called = { ...view, row, called_at: "10:42", mine: true };
    if (state === "called") return this.set(id, { ...called, outcomes: outcomesOf(called) });
    this.cases.set(id, { ...called, employer: employer(row), lines: lines(row), missing: 5, archive_number: null });
    return this.reset(id, { kind: "not_yet", obstacle: "dossier_incomplete" });
  }

  consult(id: string): CaseView {
    const view = this.view(id);
    if (view.lines.length > 0) return this.set(id, { ...view, registry_error: null });
    const { row } = view;
    this.cases.set(id, { ...view, registry_error: null, employer: employer(row), lines: lines(row), missing: 5 });
    return this.reset(id, { kind: "not_yet", obstacle: "dossier_incomplete" });
  }

  accept(id: string, form: AcceptForm): CaseView {
    return this.line(id, form.document, {
      standing: "accepted",
      seen: form.seen,
      refused: null,
      ...(form.date ? { date: form.date } : {}),
    });
  }

  line(id: string, document: Document, part: Partial<CaseView["lines"][number]>): CaseView {
    const view = this.view(id);
    const all = view.lines.map((line) => (line.document === document ? { ...line, ...part } : line));
    const missing = all.filter((line) => line.standing !== "accepted").length;
    const archive = all.some((line) => line.document === "request_letter" && line.standing === "accepted");
    this.cases.set(id, { ...view, lines: all, missing, archive_number: archive ? "CAU-QS-2026-04417" : null });
    if (missing > 0) return this.reset(id, { kind: "not_yet", obstacle: "dossier_incomplete" });
    return this.reset(id, {
      kind: "compare_address",
      email_masked: "m•••••@eltrigo.ec",
      tries_left: 3,
      mismatch: false,
    });
  }

  // ── Reset ──

  compare(id: string, stated: string): CaseView {
    if (!stated.includes("@"))
      throw uiError("email_form", "refusal", "Eso no es una dirección de correo.", "Pida que la deletree.");
    if (stated === this.address) return this.reset(id, { kind: "ready", email_masked: "m•••••@eltrigo.ec" });
    const now = this.view(id).reset;
    const left = now.kind === "compare_address" ? now.tries_left - 1 : 0;
    return this.reset(id, {
      kind: "compare_address",
      email_masked: "m•••••@eltrigo.ec",
      tries_left: left,
      mismatch: true,
    });
  }

  link(id: string): LinkView {
    const reset = this.view(id).reset;
    return "link" in reset
      ? reset.link
      : {
          clock: { kind: "running", ms: LINK_MS },
          email_masked: "m•••••@eltrigo.ec",
          telltale: [],
          reissue_in_ms: 0,
          links_today: 0,
          links_per_day: 3,
          live: true,
        };
  }

  live(id: string, links: number): CaseView {
    this.#linkEnds.set(id, performance.now() + LINK_MS);
    const link: LinkView = {
      ...this.link(id),
      clock: { kind: "running", ms: LINK_MS },
      links_today: links,
      reissue_in_ms: 15_000,
      telltale: [{ step: links > 1 ? "reissued" : "accepted", at: "10:48:01", reason: null }],
    };
    return this.reset(id, { kind: "live", link });
  }

  /** Something happened to the link. */
  async step(id: string, step: Step, at: string, reason: string | null = null): Promise<void> {
    const link = this.link(id);
    const fresh = { ...link, telltale: [...link.telltale, { step, at, reason }] };
    this.reset(
      id,
      step === "key_set"
        ? { kind: "key_set", at: at.slice(0, 5), link: fresh }
        : step === "expired"
          ? { kind: "expired", link: { ...fresh, clock: { kind: "running", ms: 0 }, reissue_in_ms: 0 } }
          : { kind: "live", link: fresh },
    );
    await this.change({ topic: "case", case_id: id });
  }

  /** Lets the link run out sooner. */
  endIn(id: string, ms: number): void {
    this.#linkEnds.set(id, performance.now() + ms);
  }

  // ── Close, paper, day ──

  finish(id: string, outcome: Outcome): void {
    const view = this.view(id);
    this.cases.set(id, {
      ...view,
      row: { ...view.row, state: "closed", outcome, closed_at: "10:50" },
      outcomes: [],
      reset: { kind: "not_yet", obstacle: "not_in_service" },
    });
    this.waiting = this.waiting.filter((row) => row.case_id !== id);
  }

  close(id: string, outcome: Outcome): CaseView {
    this.finish(id, outcome);
    const view = this.view(id);
    this.cases.set(id, { ...view, reopenable: outcome === "returned", mine: true });
    const kind = paperOf(outcome);
    return kind ? this.print(id, kind) : this.fresh(id);
  }

  print(id: string, kind: PaperKind | null): CaseView {
    const view = this.view(id);
    const first = view.paper[0];
    const what = kind ?? first?.kind;
    if (!what)
      throw uiError(
        "not_printed_yet",
        "refusal",
        "Todavía no hay documento de este caso.",
        "Se emite al cerrar el caso con F10.",
      );
    const again = kind === null && first !== undefined;
    const number = again
      ? first.number
      : what === "archive_label"
        ? "CAU-QS-2026-04417"
        : `QS-3-2026-${String(++this.#numbers).padStart(6, "0")}`;
    const paper = {
      job_id: `job-${view.paper.length + 1}`,
      number,
      kind: what,
      duplicate: again,
      state: this.printer,
      reason: this.printer === "gone" ? "La impresora no contestó en 3 segundos." : null,
    };
    return this.set(id, { ...view, paper: [paper, ...view.paper] });
  }

  retry(job: string): CaseView {
    const found = [...this.cases.values()].find((view) => view.paper.some((paper) => paper.job_id === job));
    if (!found) throw uiError("case_unknown", "refusal");
    return this.set(found.row.case_id, {
      ...found,
      paper: found.paper.map((paper) => (paper.job_id === job ? { ...paper, state: "printed", reason: null } : paper)),
    });
  }

  day(): DayView {
    const rows = [...[...this.cases.values()].map((view) => view.row), ...this.closed];
    return { day: "lunes 23 nov 2026", rows, total: rows.length, outcomes: [] };
  }
}
