import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LinkClock, LinkView } from "../lib/bindings";
import { Countdown } from "../lib/countdown.svelte";
import { clock, t } from "../lib/words";

const link = (ms: number | LinkClock["kind"], cool = 0): LinkView => ({
  clock: typeof ms === "number" ? { kind: "running", ms } : ({ kind: ms } as LinkClock),
  email_masked: "m•@x.ec",
  telltale: [],
  reissue_in_ms: cool,
  links_today: 1,
  links_per_day: 3,
  live: true,
});

describe("the countdown", () => {
  const seconds: number[] = [];
  let countdown: Countdown;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    seconds.length = 0;
    countdown = new Countdown((second) => seconds.push(second));
  });
  afterEach(() => {
    countdown.stop();
    vi.useRealTimers();
  });

  it("never shows more than was said", () => {
    countdown.take(link(179_999), "a", performance.now());
    expect(clock(countdown.left ?? 0)).toBe("2:59");
    vi.advanceTimersByTime(5_000);
    expect(countdown.left).toBeLessThanOrEqual(174_999);
  });

  it("runs from the instant at which it was asked", () => {
    const asked = performance.now();
    vi.advanceTimersByTime(2_000);
    countdown.take(link(60_000), "a", asked);
    expect(countdown.left).toBe(58_000);
  });

  it("gains nothing from a later word about the same link, and starts anew for another one", () => {
    countdown.take(link(60_000), "a", performance.now());
    vi.advanceTimersByTime(10_000);
    countdown.take(link(55_000), "a", performance.now());
    expect(countdown.left).toBe(50_000);
    countdown.take(link(180_000), "b", performance.now());
    expect(countdown.left).toBe(180_000);
  });

  it("believes a later word that is shorter", () => {
    countdown.take(link(60_000), "a", performance.now());
    countdown.take(link(20_000), "a", performance.now());
    expect(countdown.left).toBe(20_000);
  });

  it("is not bent by a wall clock that jumps", () => {
    countdown.take(link(60_000), "a", performance.now());
    vi.setSystemTime(new Date("2031-01-01"));
    vi.advanceTimersByTime(1_100);
    expect(countdown.left).toBe(58_999);
  });

  it("reports every full second down to zero and then stops", () => {
    countdown.take(link(3_400), "a", performance.now());
    vi.advanceTimersByTime(10_000);
    expect(seconds).toEqual([2, 1, 0, 0]);
    expect(countdown.left).toBe(0);
  });

  it("shows no time before the mail is under way, but the cool-down runs", () => {
    countdown.take(link("not_started", 15_000), "a", performance.now());
    expect(countdown.left).toBeNull();
    vi.advanceTimersByTime(15_100);
    expect(countdown.coolDown).toBe(0);
  });

  it("keeps what was said before when the time is not known, and shows none where nothing was said", () => {
    countdown.take(link("unknown"), "a", performance.now());
    expect(countdown.left).toBeNull();
    countdown.take(link(60_000), "a", performance.now());
    vi.advanceTimersByTime(5_000);
    countdown.take(link("unknown"), "a", performance.now());
    expect(countdown.left).toBe(55_000);
    countdown.take(link("unknown"), "b", performance.now());
    expect(countdown.left).toBeNull();
  });

  it("lets the pause run from the receipt, so that it is never over too soon", () => {
    const asked = performance.now();
    vi.advanceTimersByTime(2_000);
    countdown.take(link(60_000, 15_000), "a", asked);
    expect(countdown.coolDown).toBe(15_000);
  });

  it("is spoken in words", () => {
    expect(t("reset-remaining-spoken", { minutes: 2, seconds: 30 })).toBe(
      "Quedan 2 minutos 30 segundos para usar el enlace",
    );
    expect(t("reset-remaining-spoken", { minutes: 1, seconds: 0 })).toBe("Queda un minuto para usar el enlace");
    expect(t("reset-remaining-spoken", { minutes: 0, seconds: 30 })).toBe("Quedan 30 segundos para usar el enlace");
  });
});
