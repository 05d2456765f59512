import { describe, expect, test } from "vitest";
import { partHeader } from "@/lib/core/dataset";
import { createDatasets } from "@/lib/files/datasets";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import { createPendingRows } from "@/lib/worker/pending-rows";

function setUp(token = "w1", files = createMemoryFiles()) {
  return { files, rows: createPendingRows({ files, jobId: "job_1", token }) };
}

describe("createPendingRows", () => {
  test("writes one part for each dataset, with a header that says which rows it holds", async () => {
    const { files, rows } = setUp();
    rows.add("words", ["a", "b"]);
    rows.add("numbers", [1]);
    rows.add("words", ["c"]);
    expect(await rows.take()({})).toEqual({
      words: [{ token: "w1", parts: 1, rows: 3 }],
      numbers: [{ token: "w1", parts: 1, rows: 1 }],
    });
    expect(Object.fromEntries(files.texts)).toEqual({
      "jobs/job_1/words/w1-0.ndjson": `${partHeader(0, 3)}"a"\n"b"\n"c"\n`,
      "jobs/job_1/numbers/w1-0.ndjson": `${partHeader(0, 1)}1\n`,
    });
  });

  test("numbers the parts of a worker one after the other, and its rows with them", async () => {
    const { files, rows } = setUp();
    rows.add("words", ["a", "b"]);
    const first = await rows.take()({});
    rows.add("words", ["c"]);
    expect(await rows.take()(first)).toEqual({ words: [{ token: "w1", parts: 2, rows: 3 }] });
    expect(files.texts.get("jobs/job_1/words/w1-1.ndjson")).toBe(`${partHeader(2, 1)}"c"\n`);
  });

  test("begins anew under the token of the next worker, behind what is counted already", async () => {
    const { files, rows } = setUp("w2");
    rows.add("words", ["c"]);
    const counted = await rows.take()({ words: [{ token: "w1", parts: 2, rows: 5 }] });
    expect(counted).toEqual({
      words: [
        { token: "w1", parts: 2, rows: 5 },
        { token: "w2", parts: 1, rows: 1 },
      ],
    });
    expect(files.texts.get("jobs/job_1/words/w2-0.ndjson")).toBe(`${partHeader(0, 1)}"c"\n`);
  });

  test("writes nothing and keeps what is counted when nothing waits", async () => {
    const { files, rows } = setUp();
    const counted = { words: [{ token: "w1", parts: 2, rows: 5 }] };
    expect(await rows.take()(counted)).toEqual(counted);
    expect(files.texts.size).toBe(0);
  });

  test("takes rows that were written beforehand as they are, between others in their order", async () => {
    const { files, rows } = setUp();
    rows.add("words", ["a"]);
    rows.add("words", { lines: new TextEncoder().encode('"b"\n"é"\n'), count: 2 });
    rows.add("words", ["c"]);
    expect(rows.bytes()).toBe(17);
    expect(await rows.take()({})).toEqual({ words: [{ token: "w1", parts: 1, rows: 4 }] });
    expect(files.texts.get("jobs/job_1/words/w1-0.ndjson")).toBe(`${partHeader(0, 4)}"a"\n"b"\n"é"\n"c"\n`);
  });

  describe("of another job", () => {
    const aPart = (number: number, first: number, jobId = "job_2") => ({
      part: { jobId, dataset: "lines", token: "c1", number },
      first,
      rows: 2,
    });

    async function withParts() {
      const { files, rows } = setUp();
      for (const [jobId, number] of [
        ["job_2", 0],
        ["job_2", 1],
        ["job_2", 2],
        ["job_3", 3],
      ] as const) {
        const { part, first } = aPart(number, 2 * number, jobId);
        const name = `jobs/${jobId}/lines/${part.token}-${number}.ndjson`;
        await files.write(name, Buffer.from(`${partHeader(first, 2)}"${jobId} a${number}"\n"b"\n`));
      }
      return { files, rows };
    }

    test("stands as it is where it was emitted, and between them the job's own rows in runs of their own", async () => {
      const { files, rows } = await withParts();
      rows.add("words", ["a"]);
      rows.add("words", aPart(1, 2));
      rows.add("words", aPart(2, 4));
      rows.add("words", aPart(3, 6, "job_3"));
      rows.add("words", ["c"]);
      expect(rows.bytes()).toBe(8);
      const counted = await rows.take()({});
      expect(counted).toEqual({
        words: [
          { token: "w1", parts: 1, rows: 1 },
          { token: "w1.1", parts: 2, rows: 4, first: 2 },
          { token: "w1.2", parts: 1, rows: 2, first: 6 },
          { token: "w1.3", parts: 1, rows: 1 },
        ],
      });
      const all = await Array.fromAsync(files.readRows("job_1", "words", counted.words ?? []));
      expect(all).toEqual(["a", "job_2 a1", "b", "job_2 a2", "b", "job_3 a3", "b", "c"]);
      const pages = createDatasets({ files });
      for (const [offset] of all.entries()) {
        const page = await pages.page("job_1", "words", counted.words ?? [], { offset, limit: 3 });
        expect(page).toEqual(all.slice(offset, offset + 3));
      }
    });

    test("goes on with its run in the next commit, unless rows were written behind it", async () => {
      const { rows } = await withParts();
      rows.add("words", aPart(0, 0));
      const first = await rows.take()({});
      rows.add("words", aPart(1, 2));
      const second = await rows.take()(first);
      expect(second).toEqual({ words: [{ token: "w1", parts: 2, rows: 4, first: 0 }] });
      rows.add("words", ["c"]);
      const third = await rows.take()(second);
      rows.add("words", aPart(2, 4));
      expect((await rows.take()(third)).words?.map(({ token }) => token)).toEqual(["w1", "w1.1", "w1.2"]);
    });
  });

  test("counts the bytes that wait, as they will be written", async () => {
    const { rows } = setUp();
    rows.add("words", ["käse"]);
    expect(rows.bytes()).toBe(8);
    await rows.take()({});
    expect(rows.bytes()).toBe(0);
  });

  test("keeps a line that comes while its dataset is being written for the next part", async () => {
    const files = createMemoryFiles();
    const write: typeof files.write = async (name, bytes) => {
      if (name.endsWith("w1-0.ndjson")) rows.add("log", ["late"]);
      return files.write(name, bytes);
    };
    const rows = createPendingRows({ files: { ...files, write }, jobId: "job_1", token: "w1" });
    rows.add("log", ["early"]);
    const first = await rows.take()({});
    expect(first).toEqual({ log: [{ token: "w1", parts: 1, rows: 1 }] });
    expect(await rows.take()(first)).toEqual({ log: [{ token: "w1", parts: 2, rows: 2 }] });
    expect(files.texts.get("jobs/job_1/log/w1-1.ndjson")).toBe(`${partHeader(1, 1)}"late"\n`);
  });

  test("refuses for good what JSON cannot hold", () => {
    const { rows } = setUp();
    const add = () => rows.add("numbers", [10n as unknown as number]);
    expect(add).toThrow(expect.objectContaining({ name: "FatalError", code: "not_json" }));
  });
});
