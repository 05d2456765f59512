import { describe, expect, test } from "vitest";
import { inspect } from "@/lib/analysis/statement/inspect";
import type { ReadBytes } from "@/lib/analysis/statement/read-stretches";
import { findPlaces } from "@/lib/jobs/transactions-import-divide";

const PIECE_BYTES = 100_001;
const ROW = "2025-01-02,A shop,1.00\n";
const HEADER = "Date,Description,Amount\n";

/** Large enough that its lines are counted in several places at once, and those between two safe points twice. */
const TEXT = `${HEADER}${ROW.repeat(Math.ceil((42 * 1024 * 1024) / ROW.length))}`;

describe("findPlaces", () => {
  test.each([
    ["UTF-8", Buffer.from(TEXT), 1],
    ["UTF-16", Buffer.from(`\uFEFF${TEXT}`, "utf16le"), 2],
  ])("counts every line before a part in %s", async (_name, bytes, width) => {
    const read: ReadBytes = async function* ({ start, end = bytes.length }) {
      for (let at = start; at < end; at += PIECE_BYTES) yield bytes.subarray(at, Math.min(end, at + PIECE_BYTES));
    };
    const layout = inspect(bytes.subarray(0, 100_000), { isWhole: false, mapping: undefined });
    if ("code" in layout) throw new Error(layout.message);
    const points = findPlaces({ read, layout: layout.layout, bytes: bytes.length, count: 2 }, undefined);
    let steps = 0;
    let next = await points.next();
    for (; !next.done; next = await points.next()) steps += 1;
    const places = next.value;
    expect(steps).toBeGreaterThan(1);
    const mark = width - 1;
    expect(places).toEqual(
      places.map(({ offset }) => ({
        offset,
        line: 2 + (offset / width - mark - HEADER.length) / ROW.length,
        isSkipping: false,
      })),
    );
    expect(places).toHaveLength(1);
  });
});
