import { describe, expect, test } from "vitest";
import { type EtaSample, steadyEtaMs, withSample } from "@/lib/hooks/steady-eta";

const after = (...samples: readonly { at: number; etaMs: number | null }[]) =>
  steadyEtaMs(samples.reduce<readonly EtaSample[]>(withSample, []));

describe("steadyEtaMs", () => {
  test("is silent for the first samples", () => {
    expect(after({ at: 0, etaMs: 9_000 }, { at: 1_000, etaMs: 8_000 }, { at: 2_000, etaMs: 7_000 })).toBeNull();
  });

  test("speaks once four samples foresee about the same end", () => {
    const samples = [90_000, 100_000, 85_000, 88_000].map((etaMs, at) => ({ at, etaMs }));
    expect(after(...samples)).toBe(88_000);
  });

  test("is silent while the end jumps", () => {
    const samples = [90_000, 300_000, 85_000, 88_000].map((etaMs, at) => ({ at, etaMs }));
    expect(after(...samples)).toBeNull();
  });

  test("counts one reading once, and starts over after a pause", () => {
    expect(after(...Array.from({ length: 9 }, () => ({ at: 5, etaMs: 90_000 })))).toBeNull();
    const samples = [90_000, 90_000, 90_000, null, 90_000].map((etaMs, at) => ({ at, etaMs }));
    expect(after(...samples)).toBeNull();
  });
});
