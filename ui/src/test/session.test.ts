import { render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import App from "../App.svelte";
import { PretendDesk, uiError } from "../dev/backend";
import { desk as shown } from "../lib/desk.svelte";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, focusedDocument, open, press, settle, type } from "./drive";

const later = uiError("pin_locked", "refusal", "Demasiados intentos con el PIN.", "Espere unos minutos.");

async function lock(desk: PretendDesk): Promise<void> {
  desk.session = { ...desk.session, phase: "locked" };
  await desk.change({ topic: "session" });
  await settle();
}

describe("after a restart", () => {
  it("opens the case in service before one that is called, and that before one that rests", async () => {
    const { desk } = await open(null, (it) => {
      it.begin("case-A-015", "in_service");
      it.row("case-A-015", { state: "on_hold", hold: "at_the_counter" });
      it.begin("case-A-016", "called");
      it.begin(A014, "in_service");
    });
    expect(desk.queue().serving[0]?.ticket).toBe("A-015");
    expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-014");
  });

  it("opens the clerk's own case, not one that a colleague has in service at this counter", async () => {
    await open(null, (it) => {
      it.begin("case-A-015", "in_service");
      it.row("case-A-015", { clerk: "Diego Ramos" });
      it.begin(A014, "called");
    });
    expect(screen.getByTestId(ids.caseTitle)).toHaveTextContent("A-014");
  });

  it("opens nothing that is served elsewhere", async () => {
    await open(null, (it) => {
      it.begin("case-A-015", "in_service");
      it.row("case-A-015", { elsewhere: "4" });
    });
    expect(screen.getByTestId(ids.emptyCase)).toBeInTheDocument();
  });
});

describe("a case that a colleague has", () => {
  const foreign = (it: PretendDesk) => {
    it.row(A014, { clerk: "Diego Ramos" });
    it.set(A014, { ...it.view(A014), mine: false });
  };

  it("says who has it and offers one loud act: to take it", async () => {
    const { desk } = await open(2, foreign);
    expect(screen.getByTestId(ids.caseZone)).toHaveTextContent("Lo tiene Diego Ramos");
    expect(screen.queryByTestId(ids.dossier)).toBeNull();
    expect(focused()).toHaveAttribute("data-testid", ids.takeOver);
    await press("Enter");
    expect(commandsOf(desk)).toContain("take_over");
    expect(focusedDocument()).toBe("turno");
  });

  it("lets no key act on it, and says why", async () => {
    const { desk } = await open(2, foreign);
    await press("r", "o", "Backspace", "F4", "F5", "F8", "F10", "Delete");
    expect(commandsOf(desk).filter((cmd) => cmd !== "open_case")).toEqual([]);
    expect(screen.queryByTestId(ids.closePanel)).toBeNull();
    await press("F4");
    expect(screen.getByTestId(ids.hint)).toHaveTextContent("primero tómelo");
  });
});

describe("the lock", () => {
  it("asks for no case while it is on, and leaves the word about the PIN alone", async () => {
    const { desk } = await open(2);
    await lock(desk);
    desk.fail.set("sign_in", later);
    await type("1111");
    await press("Enter");
    desk.calls.length = 0;
    desk.fail.set("open_case", uiError("not_signed_in", "refusal", "La sesión no está abierta."));
    await desk.change({ topic: "case", case_id: A014 });
    await desk.change({ topic: "queue" });
    await desk.change({ topic: "connection" });
    await settle();
    expect(desk.calls).toEqual([]);
    expect(screen.getByTestId(ids.notice)).toHaveAttribute("data-code", "pin_locked");
  });

  it("is not covered by the answer to a question that was asked before", async () => {
    const { desk } = await open(2);
    let refuse: (why: unknown) => void = () => undefined;
    const original = desk.answer.bind(desk);
    vi.spyOn(desk, "answer")
      .mockImplementationOnce(() => new Promise((_, no) => (refuse = no)))
      .mockImplementation(original);
    await desk.change({ topic: "case", case_id: A014 });
    await lock(desk);
    refuse(uiError("not_signed_in", "refusal", "La sesión no está abierta."));
    await settle();
    expect(screen.queryByTestId(ids.notice)).toBeNull();
    expect(shown.view).toBeNull();
  });

  it("says why it locked", async () => {
    const { desk } = await open(2);
    desk.session = { ...desk.session, trouble: { ...later, until: "11:52" } };
    await lock(desk);
    expect(screen.getByTestId(ids.notice)).toHaveTextContent("Demasiados intentos");
    expect(screen.getByTestId(ids.notice)).toHaveTextContent("desde las 11:52");
  });

  it("keeps what was searched for out of the window", async () => {
    const { desk } = await open(2);
    await press("/");
    await type("1790012345001");
    await lock(desk);
    expect(shown.query).toBe("");
    expect(shown.found).toBeNull();
  });
});

describe("what is wrong with the station", () => {
  it("is said where it is not enrolled", async () => {
    await open(null, (it) => {
      const trouble = uiError("machine_secret_missing", "breakdown", "El equipo no entrega su secreto.");
      it.session = { ...it.session, phase: "not_enrolled", staff: null, trouble };
    });
    expect(screen.getByTestId(ids.notice)).toHaveTextContent("El equipo no entrega su secreto.");
  });

  it("is said at the sign-in, until something was just refused", async () => {
    await open(null, (it) => {
      const trouble = uiError("store_corrupt", "breakdown", "La base de datos no se puede leer.");
      it.session = { ...it.session, phase: "signed_out", staff: null, trouble };
    });
    expect(screen.getByTestId(ids.notice)).toHaveAttribute("data-code", "store_corrupt");
    await type("landrade");
    screen.getByTestId(ids.pin).focus();
    await type("1111");
    await press("Enter");
    expect(screen.getByTestId(ids.notice)).toHaveAttribute("data-code", "wrong_pin");
  });

  it("leaves two ways out of a start that failed", async () => {
    const desk = new PretendDesk();
    desk.install();
    desk.fail.set("session", uiError("store_newer", "breakdown", "Los datos son de una versión más nueva."));
    render(App);
    await waitFor(() => expect(screen.getByTestId(ids.startAgain)).toBeInTheDocument());
    await waitFor(() => expect(focused()).toHaveAttribute("data-testid", ids.startAgain));
    screen.getByText("Salir").click();
    await settle();
    expect(desk.calls.map((call) => call.cmd)).toContain("quit");
    screen.getByTestId(ids.startAgain).click();
    await waitFor(() => expect(screen.getByTestId(ids.queueList)).toBeInTheDocument());
  });
});

describe("the bar above", () => {
  afterEach(() => vi.useRealTimers());

  it("shows the time of the centre, not the workstation's", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-24T15:42:00Z") });
    await open(null);
    expect(screen.getByTestId(ids.topBar).querySelector("time")).toHaveTextContent("10:42");
  });

  it("says calmly that the backend set the station's events aside", async () => {
    await open(null, (it) => {
      it.connection = { ...it.connection, quarantined: true };
    });
    expect(screen.getByTestId(ids.unsent)).toHaveAttribute("data-kind", "quarantined");
  });

  it("says how much waits to be sent only when it is still there after a while", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { desk } = await open(null, (it) => {
        it.connection = { ...it.connection, unsent: 2 };
      });
      expect(screen.queryByTestId(ids.unsent)).toBeNull();
      await vi.advanceTimersByTimeAsync(5_100);
      expect(screen.getByTestId(ids.unsent)).toHaveTextContent("2");
      desk.connection = { ...desk.connection, unsent: 0 };
      await desk.change({ topic: "connection" });
      await vi.advanceTimersByTimeAsync(100);
      expect(screen.queryByTestId(ids.unsent)).toBeNull();
      desk.connection = { ...desk.connection, unsent: 1 };
      await desk.change({ topic: "connection" });
      await vi.advanceTimersByTimeAsync(100);
      desk.connection = { ...desk.connection, unsent: 0 };
      await vi.advanceTimersByTimeAsync(5_100);
      expect(screen.queryByTestId(ids.unsent), "it left meanwhile").toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});
