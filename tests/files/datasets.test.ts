import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import type { Manifest } from "@/lib/core/checkpoint";
import { ownRun, partHeader, partName } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { toCsv } from "@/lib/files/csv-text";
import { createDatasets } from "@/lib/files/datasets";
import type { Json } from "@/lib/json";
import { aFileStore, bytesOf, textOf } from "@/tests/files/desk";
import { addPart } from "@/tests/support/add-part";

/** Writes the parts as a worker does: `[token, rows]` for each. */
async function aDataset(parts: readonly (readonly [token: string, rows: readonly Json[]])[]) {
  const files = await aFileStore();
  let manifest: Manifest = [];
  for (const [token, rows] of parts) {
    const own = ownRun(manifest, token);
    const name = partName({ jobId: "job_1", dataset: "rows", token, number: own.parts });
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    await files.write(name, bytesOf(partHeader(own.rows, rows.length) + lines));
    manifest = addPart(manifest, token, rows.length);
  }
  return { files, manifest, place: ["job_1", "rows", manifest] as const };
}

const numbers = (from: number, to: number): Json[] =>
  Array.from({ length: to - from }, (_, index) => ({ n: from + index, text: `ä€🎬 ${from + index}` }));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Counts the reads, to see that a page does not cost them all. */
function counting(files: FileStore) {
  const reads: string[] = [];
  const read: FileStore["read"] = (name, range) => {
    reads.push(name);
    return files.read(name, range);
  };
  return { reads, read };
}

const PARTS = [
  ["w1", numbers(0, 3)],
  ["w1", numbers(3, 4)],
  ["w2", numbers(4, 9)],
  ["w3", numbers(9, 10)],
  ["w3", numbers(10, 16)],
  ["w3", numbers(16, 17)],
] as const;

describe("datasets", () => {
  test("gives back all rows in order, whoever wrote them", async () => {
    const { files, place } = await aDataset(PARTS);
    expect(await all(createDatasets({ files }).rows(...place))).toEqual(numbers(0, 17));
  });

  test("does not see parts that no manifest counts", async () => {
    const { files, place, manifest } = await aDataset(PARTS);
    const name = partName({ jobId: "job_1", dataset: "rows", token: "dead", number: 0 });
    await files.write(name, bytesOf(`${partHeader(0, 1)}{"n":-1}\n`));
    expect(await all(createDatasets({ files }).rows(...place))).toHaveLength(17);
    const without = manifest.filter(({ token }) => token !== "w2");
    expect(await all(createDatasets({ files }).rows("job_1", "rows", without))).toHaveLength(12);
  });

  test("finds every page", async () => {
    const { files, place } = await aDataset(PARTS);
    const datasets = createDatasets({ files });
    const rows = numbers(0, 17);
    for (let offset = 0; offset <= 18; offset += 1) {
      for (const limit of [0, 1, 4, 100]) {
        expect(await datasets.page(...place, { offset, limit })).toEqual(rows.slice(offset, offset + limit));
      }
    }
  });

  test("finds a page among many parts with a few small reads", async () => {
    const { files, place } = await aDataset(
      Array.from({ length: 200 }, (_, index) => ["w1", numbers(index * 2, index * 2 + 2)] as const),
    );
    const { reads, read } = counting(files);
    expect(await createDatasets({ files: { read } }).page(...place, { offset: 301, limit: 2 })).toEqual(
      numbers(301, 303),
    );
    expect(reads.length).toBeLessThanOrEqual(10);
    const parts = [150, 151].map((number) => partName({ jobId: "job_1", dataset: "rows", token: "w1", number }));
    expect(reads.slice(-2)).toEqual(parts);
  });

  test("answers nothing for a dataset without rows", async () => {
    const { files } = await aDataset([]);
    const datasets = createDatasets({ files });
    expect(await all(datasets.rows("job_1", "rows", []))).toEqual([]);
    expect(await datasets.page("job_1", "rows", [], { offset: 0, limit: 10 })).toEqual([]);
    expect(await textOf(datasets.exportNdjson("job_1", "rows", []))).toBe("");
    expect(await textOf(datasets.exportCsv("job_1", "rows", [], ["a", "b"]))).toBe("a,b\r\n");
  });

  test("exports every row as a line that ends in a line feed", async () => {
    const { files, place } = await aDataset(PARTS);
    const lines = numbers(0, 17).map((row) => `${JSON.stringify(row)}\n`);
    expect(await textOf(createDatasets({ files }).exportNdjson(...place))).toBe(lines.join(""));
  });

  test("reads rows that are longer than a piece, and letters cut by one", async () => {
    const rows = [{ text: "€".repeat(400_000) }, { text: "short" }, { text: "🎬".repeat(200_000) }];
    const { files, place } = await aDataset([["w1", rows]]);
    const datasets = createDatasets({ files });
    expect(await all(datasets.rows(...place))).toEqual(rows);
    expect(await datasets.page(...place, { offset: 2, limit: 1 })).toEqual([rows[2]]);
  });

  test("writes CSV in the order of the columns, quoted where it must be", async () => {
    const rows = [
      { b: 'say "hi"', a: 1, gone: true },
      { a: 2.5, b: "one, two" },
      { a: null, b: "two\nlines" },
      { b: true, "c.d": ["x"] },
    ];
    const { files, place } = await aDataset([["w1", rows]]);
    const csv = await textOf(createDatasets({ files }).exportCsv(...place, ["a", "b", "c.d"]));
    expect(csv).toBe(
      ["a,b,c.d", '1,"say ""hi""",', '2.5,"one, two",', ',"two\nlines",', ',true,"[""x""]"', ""].join("\r\n"),
    );
  });

  test("writes CSV that is read back as it was, whatever the texts", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "ä", "1", "=", "-", ".") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), async (pairs) => {
        async function* batches() {
          yield pairs.map(([a, b]) => ({ a: `x${a}`, b: `x${b}` }));
        }
        const csv = await textOf(toCsv(batches(), ["a", "b"]));
        const { data } = Papa.parse(csv, { newline: "\r\n", skipEmptyLines: false });
        expect(data).toEqual([["a", "b"], ...pairs.map(([a, b]) => [`x${a}`, `x${b}`]), [""]]);
      }),
    );
  });

  test("makes formulas harmless and leaves numbers and money alone", async () => {
    const cells = ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "＝x", "-12.50", "+5", -3, "a=b"];
    const { files, place } = await aDataset([["w1", cells.map((a) => ({ a }))]]);
    const csv = await textOf(createDatasets({ files }).exportCsv(...place, ["a"]));
    const { data } = Papa.parse<string[]>(csv, { newline: "\r\n", skipEmptyLines: true });
    expect(data.flat()).toEqual([
      "a",
      "'=1+1",
      "'+SUM(A1)",
      "'-2+3",
      "'@x",
      "'\tx",
      "'＝x",
      "-12.50",
      "+5",
      "-3",
      "a=b",
    ]);
  });
});
