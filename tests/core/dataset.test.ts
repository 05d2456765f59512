import { describe, expect, test } from "vitest";
import {
  addTo,
  adoptingRun,
  jobFolder,
  ownRun,
  PART_HEADER_BYTES,
  partHeader,
  partName,
  resultName,
} from "@/lib/core/dataset";
import { addPart } from "@/tests/support/add-part";

const aPart = (token: string) => partName({ jobId: "job_1", dataset: "words", token, number: 0 });

describe("partName", () => {
  test("says job, dataset, worker and number", () => {
    expect(aPart("w1")).toBe("jobs/job_1/words/w1-0.ndjson");
  });

  test("differs between workers, so that a late one overwrites nothing that counts", () => {
    expect(aPart("w2")).not.toBe(aPart("w1"));
  });

  test("stands in the job's folder, as a result does", () => {
    for (const name of [aPart("w1"), resultName("job_1", "w1")]) expect(name.startsWith(jobFolder("job_1"))).toBe(true);
  });
});

describe("addPart", () => {
  test("counts a worker's first part, and adds the next ones to it", () => {
    const first = addPart(undefined, "w1", 3);
    expect(first).toEqual([{ token: "w1", parts: 1, rows: 3 }]);
    expect(addPart(first, "w1", 4)).toEqual([{ token: "w1", parts: 2, rows: 7 }]);
  });

  test("keeps what other workers wrote, in its order", () => {
    const before = addPart(addPart(undefined, "w1", 3), "w2", 4);
    expect(addPart(before, "w2", 1)).toEqual([
      { token: "w1", parts: 1, rows: 3 },
      { token: "w2", parts: 2, rows: 5 },
    ]);
  });
});

describe("ownRun", () => {
  test("is what a worker has written, or nothing yet", () => {
    const manifest = addPart(undefined, "w1", 3);
    expect(ownRun(manifest, "w1")).toEqual({ token: "w1", parts: 1, rows: 3 });
    expect(ownRun(manifest, "w2")).toEqual({ token: "w2", parts: 0, rows: 0 });
    expect(ownRun(undefined, "w1")).toEqual({ token: "w1", parts: 0, rows: 0 });
  });
});

describe("adoptingRun", () => {
  const adopt = (manifest: Parameters<typeof addTo>[0], first: number, rows: number) =>
    addTo(manifest, adoptingRun(manifest, "w1", first), rows);

  test("stands behind what counts, under a name of its own", () => {
    const written = addPart(addPart(undefined, "w1", 3), "w2", 2);
    expect(adopt(written, 7, 4)).toEqual([...written, { token: "w1.2", parts: 1, rows: 4, first: 7 }]);
    expect(adopt(undefined, 0, 4)).toEqual([{ token: "w1", parts: 1, rows: 4, first: 0 }]);
  });

  test("is followed by another run of the worker's own rows, which then goes on", () => {
    const adopted = adopt(addPart(undefined, "w1", 3), 0, 4);
    const written = addPart(adopted, "w1", 1);
    expect(addPart(written, "w1", 2)).toEqual([...adopted, { token: "w1.2", parts: 2, rows: 3 }]);
    expect(ownRun(adopted, "w")).toEqual({ token: "w", parts: 0, rows: 0 });
  });

  test("takes more parts", () => {
    const adopted = adopt(undefined, 5, 4);
    const [run] = adopted;
    expect(run && addTo(adopted, run, 2)).toEqual([{ token: "w1", parts: 2, rows: 6, first: 5 }]);
  });
});

describe("partHeader", () => {
  test.each([
    [0, 1],
    [999_999_999_999, 9_999_999],
  ])("is one line of fixed length for %i and %i rows", (first, rows) => {
    const header = partHeader(first, rows);
    expect(header).toHaveLength(PART_HEADER_BYTES);
    expect(header.indexOf("\n")).toBe(PART_HEADER_BYTES - 1);
    expect(JSON.parse(header)).toEqual({ first, rows });
  });
});
