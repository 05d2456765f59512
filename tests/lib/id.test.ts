import { describe, expect, test } from "vitest";
import { createIds, derivedId } from "@/lib/id";

describe("createIds", () => {
  test("makes ids with a prefix, ten characters of time and sixteen of chance", () => {
    const id = createIds(
      () => 0,
      (size) => new Uint8Array(size).fill(31),
    );
    expect(id("job")).toBe(`job_${"0".repeat(10)}${"z".repeat(16)}`);
  });

  test("makes ids that sort by the time they were made", () => {
    const instants = [0, 1, 31, 32, 1_767_225_600_000, 1_767_225_600_001, 4_102_444_800_000];
    const left = [...instants];
    const id = createIds(() => left.shift() ?? 0);
    const ids = instants.map(() => id("job"));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map(({ length }) => length))).toEqual(new Set([30]));
  });

  test("makes no id twice within a millisecond", () => {
    const id = createIds(() => 7);
    expect(new Set(Array.from({ length: 10_000 }, () => id("job"))).size).toBe(10_000);
  });

  test("uses no letters that look alike", () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
    const id = createIds(
      () => 0,
      () => bytes,
    );
    expect(id("x").slice(12)).not.toMatch(/[ilou]/);
  });
});

describe("derivedId", () => {
  test("makes the same id of the same parts, in the form of the others", () => {
    const id = derivedId("job", 1_767_225_600_000, ["sch_1", "fired"]);
    expect(id).toMatch(/^job_[0-9a-z]{26}$/);
    expect(derivedId("job", 1_767_225_600_000, ["sch_1", "fired"])).toBe(id);
    expect(derivedId("job", 1_767_225_660_000, ["sch_1", "fired"]) > id).toBe(true);
  });

  test("tells parts apart, wherever they are cut", () => {
    const ids = [["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""]].map((parts) => derivedId("x", 0, parts));
    expect(new Set(ids).size).toBe(4);
  });
});
