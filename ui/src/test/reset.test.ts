import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { uiError } from "../dev/backend";
import { ids } from "../lib/testids";
import { A014, commandsOf, focused, open, press, settle, type } from "./drive";

describe("the reset on screen", () => {
  it("compares the stated address first and says when it does not match", async () => {
    await open(5);
    await type("otra@correo.ec");
    await press("Enter");
    expect(screen.getByTestId(ids.stated)).toHaveAccessibleDescription(/No coincide.*Quedan 2 comparaciones/);
    expect(focused()).toHaveAttribute("data-testid", ids.stated);
  });

  it("offers the close when no comparison is left", async () => {
    await open(5, (it) =>
      it.reset(A014, { kind: "compare_address", email_masked: "m•", tries_left: 0, mismatch: true }),
    );
    expect(screen.queryByTestId(ids.stated)).toBeNull();
    expect(focused()).toHaveTextContent("F10");
  });

  it("turns into the next act at zero and asks again", async () => {
    const { desk } = await open(5, (it) => {
      it.live(A014, 1);
      it.endIn(A014, 900);
    });
    const before = desk.calls.filter((call) => call.cmd === "open_case").length;
    await waitFor(() => expect(screen.getByTestId(ids.stage)).toHaveAttribute("data-kind", "expired"), {
      timeout: 3000,
    });
    expect(screen.getByTestId(ids.announcer)).toHaveTextContent("F8");
    await waitFor(() => expect(desk.calls.filter((call) => call.cmd === "open_case").length).toBeGreaterThan(before));
    await waitFor(() => expect(focused()).toHaveAttribute("data-testid", ids.sendAnother));
    await press("F8");
    expect(desk.calls.find((call) => call.cmd === "reissue")?.args).toMatchObject({ caseId: A014 });
    expect(screen.getByTestId(ids.stage)).toHaveAttribute("data-kind", "live");
  });

  it("does not send another link while the cool-down runs, and says when", async () => {
    const { desk } = await open(5, (it) => it.live(A014, 1));
    await press("F8");
    expect(commandsOf(desk)).not.toContain("reissue");
    expect(screen.getByTestId(ids.announcer)).toHaveTextContent(/Otro enlace en 0:1/);
  });

  it("sends nothing by itself when the fate is unknown", async () => {
    const { desk } = await open(5, (it) => it.reset(A014, { kind: "unknown" }));
    await press("F8", "Enter");
    expect(commandsOf(desk).filter((cmd) => cmd !== "open_case")).toEqual([]);
  });

  it("offers the same request again, or to give it up, when the backend does not know it", async () => {
    const { desk } = await open(5, (it) => it.reset(A014, { kind: "not_found" }));
    expect(screen.getByTestId(ids.abandon)).toBeInTheDocument();
    await press("Enter");
    expect(commandsOf(desk)).toContain("resend");
  });

  it("shows a refusal of the backend in its words", async () => {
    await open(5, (it) =>
      it.reset(A014, {
        kind: "refused",
        retry: true,
        error: uiError("cool_down", "refusal", "Espere un momento.", "Intente en un minuto."),
      }),
    );
    expect(screen.getByTestId("reset-refused")).toHaveTextContent("Espere un momento.");
    expect(focused()).toHaveAttribute("data-testid", ids.send);
  });

  it("counts from the question, not from the answer: a slow answer never shows too much", async () => {
    const { desk } = await open(5);
    desk.live(A014, 1);
    const original = desk.answer.bind(desk);
    vi.spyOn(desk, "answer").mockImplementation((cmd, args) => {
      const answer = original(cmd, args);
      return cmd === "open_case" ? new Promise((done) => setTimeout(() => done(answer), 1_200)) : answer;
    });
    await desk.change({ topic: "case", case_id: A014 });
    await waitFor(() => expect(screen.getByTestId(ids.countdown)).toBeInTheDocument(), { timeout: 3000 });
    expect(Number(screen.getByTestId(ids.countdown).dataset.left)).toBeLessThanOrEqual(178);
  });

  it("says that the time runs where only the server knows how much is left", async () => {
    await open(5, (it) => {
      it.live(A014, 1);
      it.unknownClock = true;
    });
    expect(screen.getByTestId(ids.stage)).toHaveTextContent("el tiempo corre; consultando al servidor");
    expect(screen.getByTestId(ids.stage)).not.toHaveTextContent("aún no corre");
  });

  it("keeps the countdown in sight while the case rests, and the key when it is set", async () => {
    const { desk } = await open(5, (it) => it.live(A014, 1));
    await press("F4");
    expect(screen.getByTestId(ids.linkLine)).toHaveTextContent(/2:5\d.*Pedido aceptado/);
    await desk.step(A014, "key_set", "10:50:04");
    await settle();
    expect(screen.getByTestId(ids.linkLine)).toHaveTextContent("Clave registrada a las 10:50");
    expect(focused()).toHaveAttribute("data-testid", ids.closeAndPrint);
    await press("Enter");
    expect(screen.getByTestId(ids.caseZone)).toHaveAttribute("data-state", "closed");
  });

  it("leads to the end of the case when the last link of the day has expired", async () => {
    const { desk } = await open(5, (it) => {
      it.live(A014, 3);
    });
    await desk.step(A014, "expired", "10:51:02");
    await settle();
    expect(screen.queryByTestId(ids.sendAnother)).toBeNull();
    expect(focused()).toHaveAttribute("data-testid", ids.cannotFinish);
    expect(focused()).toHaveClass("loud");
    expect(screen.getAllByTestId(ids.cannotFinish)).toHaveLength(1);
    await press("Enter");
    expect(screen.getByTestId(ids.confirm)).toHaveTextContent("El enlace ya venció");
  });

  it("can be given up when the fate is unknown, or left to rest with F4", async () => {
    const { desk } = await open(5, (it) => it.reset(A014, { kind: "unknown" }));
    expect(screen.getByTestId(ids.stage)).toHaveTextContent("F4");
    screen.getByTestId(ids.abandon).click();
    await settle();
    expect(commandsOf(desk)).toContain("abandon");
  });

  it("tells a page visit from a person", async () => {
    const { desk } = await open(5, (it) => it.live(A014, 1));
    await desk.step(A014, "page_fetched", "10:48:19");
    await settle();
    expect(screen.getByTestId(ids.stage)).toHaveTextContent("puede ser un filtro de correo");
    expect(screen.getAllByTestId(ids.light).map((light) => light.dataset.step)).toEqual(["accepted", "page_fetched"]);
  });
});
