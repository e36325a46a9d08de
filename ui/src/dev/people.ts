// Invented persons and employers for the dev page and the tests. None exists.
import type { EmployerView, LineView, Row } from "../lib/bindings";

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
  date: "2026-11-23",
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
