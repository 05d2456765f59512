import { describe, expect, test } from "vitest";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import { createHeart } from "@/lib/worker/create-heart";

const LEASE_MS = 30_000;

function setUp() {
  const time = createVirtualTime();
  const shutdown = new AbortController();
  const heart = createHeart({ every: time.every, leaseMs: LEASE_MS, shutdown: shutdown.signal });
  const told: string[] = [];
  const join = (name: string) =>
    heart.join({ beat: () => void told.push(`${name} beats`), hurry: () => void told.push(`${name} hurries`) });
  return { ...time, told, join, end: () => shutdown.abort() };
}

describe("a heart", () => {
  test("beats six times in a lease, with one timer for all that have joined", () => {
    const { join, told, pass, ticking } = setUp();
    join("a");
    pass(LEASE_MS / 12);
    join("b");
    expect(ticking()).toBe(1);
    pass(LEASE_MS / 6);
    expect(told).toEqual(["a beats", "b beats"]);
    pass((LEASE_MS * 5) / 6);
    expect(told).toHaveLength(12);
  });

  test("stands still for whoever has left, and once all have", () => {
    const { join, told, pass, ticking } = setUp();
    const leave = [join("a"), join("b")];
    leave[0]?.();
    pass(LEASE_MS / 6);
    expect(told).toEqual(["b beats"]);
    leave[1]?.();
    expect(ticking()).toBe(0);
    join("c");
    pass(LEASE_MS / 6);
    expect(told).toEqual(["b beats", "c beats"]);
  });

  test("hurries all that are there when the process is asked to end", () => {
    const { join, told, end } = setUp();
    join("a");
    join("b")();
    join("c");
    end();
    expect(told).toEqual(["a hurries", "c hurries"]);
  });
});
