// Invented persons and employers for the dev page and the tests. None exists.
import type {
  CaseView,
  EmployerView,
  HistoryEntry,
  LineView,
  Outcome,
  OutcomeChoice,
  PaperKind,
  Row,
  UiError,
  UiSeverity,
} from "../lib/bindings";

const names: [string, string, string, Partial<Row>][] = [
  ["A-014", "María Nuñez Quishpe", "Panadería El Trigo S.A.S.", { waited_s: 790 }],
  ["P-002", "Julio Cevallos Paz", "Cevallos Paz Julio", { waited_s: 740, preferential: true }],
  ["A-015", "Rosa Paredes Mena", "Ferretería Paredes Cía. Ltda.", { waited_s: 560 }],
  ["A-016", "Ñusta Yánez Toapanta", "Textiles Ñan S.A.", { waited_s: 380 }],
  ["W-003", "Kléber Tituaña", "Cooperativa 12 de Abril", { waited_s: 310, walk_in: true }],
  ["W-008", "Lenin Mero Zambrano", "Mero Zambrano Lenin", { waited_s: 190, walk_in: true }],
];
const later: [string, string, string, string][] = [
  ["A-017", "Patricia Abril Soto", "Fundación Manos Abiertas", "11:00"],
  ["A-018", "Gonzalo Yépez Andrade", "Yépez Andrade Gonzalo", "11:15"],
  ["A-019", "Lucía Mejía Cando", "GAD Parroquial San Luis", "11:30"],
];

const blank: Row = {
  case_id: "",
  ticket: "",
  person: "",
  employer: "",
  number: "1790012345001",
  state: "waiting",
  outcome: null,
  preferential: false,
  walk_in: false,
  waited_s: null,
  served_s: null,
  appointed: null,
  closed_at: null,
  hold: null,
  retry_at: null,
  clerk: null,
  elsewhere: null,
  retry_due: false,
};

export function waiting(): Row[] {
  return names.map(([ticket, person, employer, more]) => ({
    ...blank,
    case_id: `case-${ticket}`,
    ticket,
    person,
    employer,
    appointed: more.walk_in ? null : "10:30",
    ...more,
  }));
}

export function upcoming(): Row[] {
  return later.map(([ticket, person, employer, appointed]) => ({
    ...blank,
    case_id: `case-${ticket}`,
    ticket,
    person,
    employer,
    appointed,
    state: "scheduled",
  }));
}

export function closedRows(): Row[] {
  const outcomes = [
    "key_restored",
    "key_restored",
    "returned",
    "key_restored",
    "link_not_completed",
    "key_restored",
    "diverted_no_email",
    "key_restored",
    "key_restored",
    "no_show",
    "key_restored",
    "diverted_account_blocked",
  ] as const;
  const employers = [
    "Constructora Pichincha Cía. Ltda.",
    "Yépez Andrade Gonzalo",
    "Agrícola Ñandú S.A.",
    "Transportes Loja S.A.",
    "Importadora del Austro S.A.",
    "Textiles Otavalo S.A.",
  ];
  return outcomes.map((outcome, index) => ({
    ...blank,
    case_id: `closed-${index}`,
    ticket: `A-${String(13 - index).padStart(3, "0")}`,
    person: `Persona ${index + 1}`,
    employer: employers[index % employers.length] ?? "",
    state: "closed",
    outcome,
    waited_s: outcome === "no_show" ? 300 : 120 + ((index * 137) % 800),
    served_s: outcome === "no_show" ? null : 180 + ((index * 71) % 420),
    appointed: "09:00",
    closed_at: `${String(10 - Math.floor(index / 5)).padStart(2, "0")}:${String(58 - ((index * 11) % 50)).padStart(2, "0")}`,
    clerk: "Lucía Andrade",
  }));
}

export function employer(row: Row): EmployerView {
  return {
    name: row.employer,
    number: "1790012345001",
    number_remark: false,
    kind: "company",
    ruc_status: "active",
    representative: row.person,
    cedula: "1712345675",
    email_masked: "m•••••@eltrigo.ec",
    account: "active",
    in_arrears: row.ticket === "A-014",
    as_of: "10:42",
  };
}

const line: Omit<LineView, "document" | "facts" | "default_seen" | "reasons"> = {
  standing: "pending",
  refused: null,
  seen: null,
  findings: [],
  online_allowed: false,
  needs_date: false,
  date: "",
  second_signatory: null,
  needs_cedula: false,
};

export function lines(row: Row): LineView[] {
  return [
    {
      ...line,
      document: "cedula",
      default_seen: "original",
      reasons: ["missing", "expired", "wrong_person", "illegible", "not_original"],
      findings: [{ check: "cedula_is_in_force", holds: true, severity: "refusal" }],
      facts: [
        { label: "number", value: "1712345675", coded: false },
        { label: "holder", value: row.person, coded: false },
        { label: "expires", value: "2031-04-14", coded: false },
      ],
    },
    {
      ...line,
      document: "ruc_printout",
      default_seen: "consulted_online",
      online_allowed: true,
      needs_date: true,
      reasons: ["missing", "expired", "contradicts", "illegible"],
      facts: [
        { label: "status", value: "active", coded: true },
        { label: "issued", value: "hace 3 días", coded: false },
      ],
    },
    {
      ...line,
      document: "turno",
      default_seen: "consulted_online",
      online_allowed: true,
      reasons: ["missing", "expired", "wrong_person"],
      facts: [{ label: "appointed", value: "10:30", coded: false }],
    },
    {
      ...line,
      document: "request_letter",
      default_seen: "original",
      needs_date: true,
      reasons: ["missing", "not_signed", "expired", "wrong_person", "illegible", "not_original"],
      facts: [
        { label: "signature", value: row.person, coded: false },
        { label: "archive", value: "CAU-QS-2026-04417", coded: false },
      ],
    },
    {
      ...line,
      document: "appointment",
      default_seen: "consulted_online",
      online_allowed: true,
      reasons: ["missing", "expired", "contradicts", "wrong_person", "illegible"],
      findings: [{ check: "appointment_is_in_force", holds: true, severity: "refusal" }],
      facts: [
        { label: "registry", value: "registro_mercantil", coded: true },
        { label: "representation", value: "individual", coded: true },
        { label: "valid_until", value: "2029-03-31", coded: false },
      ],
    },
  ];
}

export function uiError(code: string, severity: UiSeverity, message = code, hint = "hint"): UiError {
  return { code, message, hint, severity, until: null };
}

export function blankView(row: Row): CaseView {
  const view: CaseView = {
    row,
    called_at: null,
    employer: null,
    registry_error: null,
    lines: [],
    missing: 0,
    reset: { kind: "not_yet", obstacle: "not_in_service" },
    outcomes: [],
    paper: [],
    archive_number: null,
    reopenable: row.outcome === "returned",
    mine: false,
  };
  return { ...view, outcomes: outcomesOf(view) };
}

/** How Rust would let the case end. */
export function outcomesOf(view: CaseView): OutcomeChoice[] {
  const { state } = view.row;
  const { kind } = view.reset;
  const served = state === "in_service" || state === "on_hold";
  if (state === "closed" || ["live", "unknown", "not_found", "sending"].includes(kind)) return [];
  if (kind === "key_set") return served ? [{ outcome: "key_restored", suggested: true }] : [];
  const faulty = view.lines.some((line) => line.standing === "refused" || line.standing === "stopped");
  const out: OutcomeChoice[] = [];
  if (served && kind === "expired") out.push({ outcome: "link_not_completed", suggested: true });
  if (served && faulty) out.push({ outcome: "returned", suggested: true });
  if (state === "called") out.push({ outcome: "no_show", suggested: false });
  if (state !== "scheduled") out.push({ outcome: "left", suggested: false });
  return [...out, { outcome: "cancelled", suggested: false }];
}

export function paperOf(outcome: Outcome): PaperKind | null {
  if (outcome === "key_restored") return "receipt";
  if (outcome === "link_not_completed") return "not_completed";
  if (outcome === "returned") return "return_slip";
  return outcome.startsWith("diverted") ? "diversion_slip" : null;
}

export function history(outcome: Outcome | null): HistoryEntry[] {
  const entry = (at: string, kind: string, codes: string[] = [], values: string[] = []): HistoryEntry => ({
    at,
    actor: "Lucía Andrade",
    kind,
    codes,
    values,
  });
  const start = [
    entry("10:42:07", "called", [], ["Ventanilla 3"]),
    entry("10:42:31", "service_began"),
    entry("10:43:02", "document_accepted", ["cedula", "original"]),
    entry("10:43:11", "document_refused", ["request_letter", "not_signed"]),
  ];
  return outcome
    ? [...start, entry("10:50:20", "closed", [outcome]), entry("10:50:21", "printed", [], ["QS-3-2026-000814"])]
    : start;
}
