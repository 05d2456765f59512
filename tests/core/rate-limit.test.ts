import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideStart, NO_STARTS, promiseSlot, type RateState } from "@/lib/core/rate-limit";
import { NOW } from "@/tests/support/builders";

const rate = { limit: 2, perMs: 1_280 }; // steps of ten
const newcomer = (now: number) => ({ now, slotAt: null });

/** Starts at these instants, as far as they may. */
function startAt(state: RateState, ...instants: number[]): RateState {
  return instants.reduce((before, now) => {
    const decision = decideStart(before, rate, newcomer(now));
    return decision.kind === "start" ? decision.state : before;
  }, state);
}

describe("decideStart", () => {
  test("lets as many start at once as the span may hold, and the next when the first has left it", () => {
    const state = startAt(NO_STARTS, NOW, NOW + 5);
    expect(state.starts).toEqual([
      [NOW, 1],
      [NOW + 10, 1],
    ]);
    expect(decideStart(state, rate, newcomer(NOW + 1_279))).toEqual({ kind: "wait", at: NOW + 1_280 });
    expect(decideStart(state, rate, newcomer(NOW + 1_280))).toEqual({
      kind: "start",
      state: {
        ...state,
        starts: [
          [NOW + 10, 1],
          [NOW + 1_280, 1],
        ],
      },
    });
  });

  test("waits for as many to leave as are too many, where the limit was lowered", () => {
    const state = startAt(NO_STARTS, NOW, NOW + 100);
    expect(decideStart(state, { ...rate, limit: 1 }, newcomer(NOW + 200))).toEqual({ kind: "wait", at: NOW + 1_380 });
  });

  test("adds up what starts in the same step", () => {
    expect(startAt(NO_STARTS, NOW, NOW).starts).toEqual([[NOW, 2]]);
  });

  test("takes a start that is noted ahead of a clock set back for one of now", () => {
    const state = startAt(NO_STARTS, NOW + 3_600_000, NOW + 3_600_000);
    expect(decideStart(state, rate, newcomer(NOW))).toEqual({ kind: "wait", at: NOW + 1_280 });
  });

  test("lets those go first who were promised a slot", () => {
    const full = startAt(NO_STARTS, NOW, NOW);
    const freeAt = NOW + 1_280;
    const first = promiseSlot(full, rate, freeAt);
    const second = promiseSlot(first.state, rate, freeAt);
    expect([first.at, second.at]).toEqual([freeAt, freeAt + 645]);
    for (const at of [freeAt, second.at, second.at + 644]) {
      expect(decideStart(second.state, rate, newcomer(at))).toEqual({ kind: "wait", at });
    }
    expect(promiseSlot(second.state, rate, freeAt).at).toBe(freeAt + 1_290);
    expect(decideStart(second.state, rate, { now: freeAt, slotAt: first.at }).kind).toBe("start");
    expect(decideStart(second.state, rate, newcomer(second.at + 645)).kind).toBe("start");
  });

  test("takes a slot that has not come for none", () => {
    const { state } = promiseSlot(NO_STARTS, rate, NOW + 5);
    expect(decideStart(state, rate, { now: NOW, slotAt: NOW + 5 })).toEqual({ kind: "wait", at: NOW });
  });

  test("never lets more start in any span than it may hold, and keeps nobody waiting for longer than a span", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2_000 }), gaps, (limit, perMs, waits) => {
        let state: RateState = NO_STARTS;
        let now = NOW;
        const started: number[] = [];
        for (const wait of waits) {
          now += wait;
          const decision = decideStart(state, { limit, perMs }, newcomer(now));
          if (decision.kind === "wait") {
            expect(decision.at).toBeGreaterThan(now);
            expect(decision.at).toBeLessThanOrEqual(now + perMs + Math.ceil(perMs / 128));
            expect(decideStart(state, { limit, perMs }, newcomer(decision.at)).kind).toBe("start");
          } else {
            state = decision.state;
            started.push(now);
            expect(state.starts.length).toBeLessThanOrEqual(130);
          }
        }
        for (const at of started) {
          expect(started.filter((other) => other > at - perMs && other <= at).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test("says that a limit which no start can free makes no sense", () => {
    expect(() => decideStart(NO_STARTS, { limit: 0, perMs: 1 }, newcomer(NOW))).toThrow("There are not 1 starts");
  });
});
