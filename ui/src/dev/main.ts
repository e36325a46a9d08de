// The dev page: the window on a pretended desk. `?scene=` shows one screen; `&theme=` a theme; `&n=` a long queue;
// `&keys=` presses keys.
import { emit } from "@tauri-apps/api/event";
import { PretendDesk, uiError } from "./backend";

const asked = new URLSearchParams(location.search);
const desk = new PretendDesk();
const look = asked.get("theme");
if (look) localStorage.setItem("ventanilla-theme", look);
else localStorage.removeItem("ventanilla-theme");

const id = "case-A-014";
const scene = asked.get("scene") ?? "desk";
const docs = ["cedula", "ruc_printout", "turno", "request_letter", "appointment"] as const;
function acceptUpTo(count: number): void {
  desk.begin(id, "in_service");
  for (const document of docs.slice(0, count)) {
    desk.accept(id, {
      document,
      seen: document === "cedula" || document === "request_letter" ? "original" : "consulted_online",
      date: null,
      second_signature: false,
      cedula: null,
    });
  }
}

const scenes: Record<string, () => void> = {
  signin: () => {
    desk.session = { ...desk.session, phase: "signed_out", staff: null };
  },
  training: () => {
    desk.session = {
      ...desk.session,
      phase: "signed_out",
      staff: null,
      training: true,
      mailbox_url: "http://127.0.0.1/",
      training_staff: [
        { username: "landrade", name: "Lucía Andrade", pin: "2580" },
        { username: "dramos", name: "Diego Ramos", pin: "4711" },
        { username: "msalazar", name: "Marta Salazar", pin: "9036" },
      ],
    };
  },
  enroll: () => {
    desk.session = { ...desk.session, phase: "not_enrolled", staff: null };
  },
  locked: () => {
    desk.session = { ...desk.session, phase: "locked" };
  },
  empty: () => undefined,
  called: () => {
    desk.begin(id, "called");
  },
  dossier: () => {
    acceptUpTo(3);
  },
  practice: () => {
    acceptUpTo(3);
    desk.session = { ...desk.session, training: true, mailbox_url: "http://127.0.0.1/" };
  },
  offline: () => {
    acceptUpTo(2);
    desk.connection = { online: false, last_contact_s: 140, unsent: 3, quarantined: false };
  },
  stopped: () => {
    acceptUpTo(3);
    desk.line(id, "cedula", { standing: "refused", refused: "expired" });
    desk.line(id, "request_letter", { second_signatory: "Pedro Mejía Cando", needs_cedula: true });
    desk.line(id, "appointment", {
      standing: "stopped",
      findings: [
        { check: "appointment_is_in_force", holds: false, severity: "refusal" },
        { check: "ruc_digits_fit", holds: false, severity: "remark" },
      ],
    });
  },
  registry: () => {
    acceptUpTo(0);
    desk.set(id, {
      ...desk.view(id),
      lines: [],
      employer: null,
      registry_error: uiError(
        "registro_civil_unavailable",
        "breakdown",
        "Registro Civil no responde.",
        "El expediente queda guardado. Reintente desde las 11:52.",
      ),
      reset: { kind: "not_yet", obstacle: "registry_unknown" },
    });
  },
  hold: () => {
    acceptUpTo(2);
    desk.row(id, { state: "on_hold", hold: "registro_civil_down", retry_at: "11:52" });
  },
  compare: () => {
    acceptUpTo(5);
  },
  mismatch: () => {
    acceptUpTo(5);
    desk.compare(id, "otro@correo.ec");
  },
  ready: () => {
    acceptUpTo(5);
    desk.compare(id, desk.address);
  },
  live: () => {
    acceptUpTo(5);
    desk.live(id, 1);
    desk.endIn(id, 134_600);
    void desk.step(id, "handed_over", "10:48:02");
    void desk.step(id, "page_fetched", "10:48:19");
    void desk.step(id, "person_on_page", "10:48:31");
  },
  expired: () => {
    acceptUpTo(5);
    desk.live(id, 1);
    void desk.step(id, "handed_over", "10:48:02");
    void desk.step(id, "deferred", "10:48:09", "451 intente más tarde");
    void desk.step(id, "expired", "10:51:02");
  },
  unknown: () => {
    acceptUpTo(5);
    desk.reset(id, { kind: "unknown" });
  },
  notfound: () => {
    acceptUpTo(5);
    desk.reset(id, { kind: "not_found" });
  },
  keyset: () => {
    scenes.live?.();
    void desk.step(id, "key_set", "10:50:04");
  },
  refused: () => {
    acceptUpTo(5);
    desk.reset(id, {
      kind: "refused",
      retry: false,
      error: uiError(
        "dossier_incomplete",
        "refusal",
        "El servidor no admite el expediente.",
        "Revise los documentos marcados.",
      ),
    });
  },
  closed: () => {
    scenes.keyset?.();
    desk.close(id, "key_restored");
  },
  nopaper: () => {
    desk.printer = "gone";
    scenes.keyset?.();
    desk.close(id, "key_restored");
  },
  cap: () => {
    acceptUpTo(5);
    desk.live(id, 3);
    void desk.step(id, "expired", "10:51:02");
  },
  clock: () => {
    acceptUpTo(5);
    desk.live(id, 1);
    desk.unknownClock = true;
  },
  foreign: () => {
    acceptUpTo(2);
    desk.row(id, { clerk: "Diego Ramos" });
    desk.set(id, { ...desk.view(id), mine: false });
  },
  holdlive: () => {
    scenes.live?.();
    desk.row(id, { state: "on_hold", hold: "at_the_counter" });
  },
  due: () => {
    acceptUpTo(2);
    desk.row(id, { state: "on_hold", hold: "registro_civil_down", retry_at: "11:52", retry_due: true });
    desk.begin("case-A-015", "in_service");
    desk.printer = "gone";
    desk.close("case-A-015", "returned");
    desk.connection = { ...desk.connection, quarantined: true };
  },
  returned: () => {
    acceptUpTo(3);
    desk.line(id, "request_letter", { standing: "refused", refused: "not_signed" });
    desk.close(id, "returned");
  },
  diverted: () => {
    acceptUpTo(0);
    desk.close(id, "diverted_stale_email");
  },
  barred: () => {
    acceptUpTo(0);
    desk.reset(id, { kind: "not_yet", obstacle: "account_blocked" });
    desk.set(id, {
      ...desk.view(id),
      outcomes: [{ outcome: "diverted_account_blocked", suggested: true }, ...desk.view(id).outcomes],
    });
  },
  exhausted: () => {
    acceptUpTo(5);
    desk.reset(id, { kind: "compare_address", email_masked: "m•••••@eltrigo.ec", tries_left: 0, mismatch: true });
  },
  trouble: () => {
    desk.session = {
      ...desk.session,
      phase: "locked",
      trouble: {
        ...uiError("pin_locked", "refusal", "Demasiados intentos con el PIN.", "Espere unos minutos."),
        until: "11:52",
      },
    };
  },
  broken: () => {
    desk.fail.set(
      "session",
      uiError(
        "store_newer",
        "breakdown",
        "Los datos son de una versión más nueva de Ventanilla.",
        "Actualice el programa antes de continuar.",
      ),
    );
  },
};
desk.install();
scenes[scene]?.();
if (asked.get("n")) {
  const many = Number(asked.get("n"));
  desk.waiting = Array.from({ length: many }, (_, index) => ({
    ...(desk.waiting[0] as (typeof desk.waiting)[number]),
    case_id: `many-${index}`,
    ticket: `A-${100 + index}`,
  }));
}
Object.assign(window, { pretend: desk, emit });
await import("../main");
const { desk: shown } = await import("../lib/desk.svelte");
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
if (["closed", "nopaper", "returned", "diverted"].includes(scene)) {
  await wait(200);
  await shown.open(id);
}
// `&keys=F10,ArrowDown` presses keys where the focus is; `text:…` types.
await wait(300);
for (const key of asked.get("keys")?.split(",") ?? []) {
  const target = document.activeElement ?? document.body;
  if (key.startsWith("text:") && target instanceof HTMLInputElement) {
    target.value = key.slice(5);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) &&
    key === "Enter"
  ) {
    if (target instanceof HTMLButtonElement) target.click();
    else if (target instanceof HTMLInputElement) target.form?.requestSubmit();
  }
  await wait(60);
}
document.documentElement.dataset.ready = "";
