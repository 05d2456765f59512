import { describe, expect, test } from "vitest";
import { partHeader } from "@/lib/core/dataset";
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
