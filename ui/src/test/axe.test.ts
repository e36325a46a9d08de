import { screen } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { type PretendDesk, uiError } from "../dev/backend";
import { ids } from "../lib/testids";
import { A014, open, press, settle } from "./drive";

const scenes: [string, number | null, (desk: PretendDesk) => void, string[]][] = [
  [
    "sign-in",
    null,
    (it) => {
      it.session = { ...it.session, phase: "signed_out", staff: null, passphrase_needed: true };
    },
    [],
  ],
  [
    "sign-in of training",
    null,
    (it) => {
      it.session = {
        ...it.session,
        phase: "signed_out",
        staff: null,
        training: true,
        mailbox_url: "x",
        training_staff: [{ username: "a", name: "Ana", pin: "2580" }],
      };
    },
    [],
  ],
  [
    "not enrolled",
    null,
    (it) => {
      it.session = { ...it.session, phase: "not_enrolled", staff: null };
    },
    [],
  ],
  [
    "lock",
    2,
    (it) => {
      it.session = { ...it.session, phase: "signed_in" };
    },
    ["lock"],
  ],
  ["empty desk", null, () => undefined, []],
  ["called", null, () => undefined, ["F2"]],
  [
    "dossier",
    3,
    (it) => {
      it.connection = { online: false, last_contact_s: 10, unsent: 1, quarantined: false };
    },
    [],
  ],
  [
    "stopped and refused lines",
    2,
    (it) => {
      it.line(A014, "cedula", { standing: "refused", refused: "expired" });
      it.line(A014, "request_letter", { second_signatory: "Pedro", needs_cedula: true });
      it.line(A014, "appointment", {
        standing: "stopped",
        findings: [{ check: "appointment_is_in_force", holds: false, severity: "refusal" }],
      });
    },
    ["ArrowDown"],
  ],
  ["reasons", 0, () => undefined, ["r"]],
  [
    "registry away",
    0,
    (it) => {
      it.set(A014, { ...it.view(A014), lines: [], registry_error: uiError("registro_civil_unavailable", "breakdown") });
    },
    [],
  ],
  ["address", 5, () => undefined, []],
  [
    "address that does not match",
    5,
    (it) => {
      it.compare(A014, "x@y.ec");
    },
    [],
  ],
  [
    "ready",
    5,
    (it) => {
      it.compare(A014, it.address);
    },
    [],
  ],
  [
    "live",
    5,
    (it) => {
      it.live(A014, 1);
    },
    [],
  ],
  [
    "the dialog",
    5,
    (it) => {
      it.live(A014, 1);
    },
    ["Delete"],
  ],
  ["close", 3, () => undefined, ["F10"]],
  ["walk-in", null, () => undefined, ["F3"]],
  ["hold", 2, () => undefined, ["F4"]],
  ["day", 2, () => undefined, ["F6"]],
  ["keys", 2, () => undefined, ["?"]],
  ["search", 2, () => undefined, ["/"]],
  [
    "a case that a colleague has",
    2,
    (it) => {
      it.set(A014, { ...it.view(A014), mine: false });
    },
    ["F4"],
  ],
  [
    "a link whose case rests",
    5,
    (it) => {
      it.live(A014, 1);
      it.row(A014, { state: "on_hold", hold: "at_the_counter" });
    },
    [],
  ],
  [
    "a resting case whose time has come, and paper that has not",
    2,
    (it) => {
      it.row(A014, { state: "on_hold", hold: "registro_civil_down", retry_due: true });
      it.printer = "gone";
      it.begin("case-A-015", "in_service");
      it.close("case-A-015", "returned");
      it.connection = { ...it.connection, quarantined: true };
    },
    [],
  ],
  [
    "an unknown fate",
    5,
    (it) => {
      it.reset(A014, { kind: "unknown" });
    },
    [],
  ],
  [
    "an unknown time",
    5,
    (it) => {
      it.live(A014, 3);
      it.unknownClock = true;
    },
    [],
  ],
  ["the question before the end", 2, () => undefined, ["F10", "ArrowDown", "Enter"]],
  [
    "a way that leads elsewhere",
    0,
    (it) => {
      it.reset(A014, { kind: "not_yet", obstacle: "account_blocked" });
    },
    [],
  ],
  [
    "a closed case without its paper",
    5,
    (it) => {
      it.printer = "gone";
      it.reset(A014, { kind: "key_set", at: "10:50", link: it.link(A014) });
    },
    ["Enter"],
  ],
  [
    "trouble at the sign-in",
    null,
    (it) => {
      const trouble = { ...uiError("pin_locked", "refusal"), until: "11:52" };
      it.session = { ...it.session, phase: "signed_out", staff: null, trouble };
    },
    [],
  ],
];

describe("axe finds nothing on", () => {
  for (const [name, accepted, prepare, keys] of scenes) {
    it(name, async () => {
      const { desk, container } = await open(accepted, prepare);
      if (keys[0] === "lock") {
        desk.session = { ...desk.session, phase: "locked" };
        await desk.change({ topic: "session" });
        await settle();
        expect(screen.getByTestId(ids.lockScreen)).toBeInTheDocument();
      } else await press(...keys);
      // jsdom computes no colours; contrast is measured in the real window.
      const result = await axe.run(container, {
        resultTypes: ["violations"],
        rules: { "color-contrast": { enabled: false } },
      });
      expect(
        result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
      ).toEqual([]);
    });
  }
});
