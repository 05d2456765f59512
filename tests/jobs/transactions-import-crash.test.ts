import { describe, expect, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { everyCrash, everyStop } from "@/lib/testing/every-crash";
import { createImportQueue, endOf } from "@/tests/jobs/import-queue";

const statement = new TextEncoder().encode([...makeStatement({ rows: 2_600, seed: 3 }).chunks()].join(""));

/** One import of the sample, by itself or shared out among children. */
async function anImport(partitions: number) {
  const { queue, submit } = createImportQueue(statement);
  return { queue, job: await submit({ dateOrder: "dmy", partitions }) };
}
type Import = Awaited<ReturnType<typeof anImport>>;

const undisturbed = await anImport(1);
await undisturbed.queue.run();
const END = await endOf(undisturbed.job);
const expectSameEnd = async ({ job }: Import) => expect(await endOf(job)).toEqual(END);

describe("an import", () => {
  test("has many places to be disturbed at, and rows enough", () => {
    expect(END.output.rows).toBe(2_600);
    expect(END.rejected.length).toBeGreaterThan(0);
  });

  test("comes to the same end wherever its worker is killed", async () => {
    expect(await everyCrash(() => anImport(1), expectSameEnd)).toBeGreaterThan(30);
  });

  test("comes to the same end wherever its time is over", async () => {
    expect(await everyStop(() => anImport(1), expectSameEnd)).toBeGreaterThan(4);
  });

  test("comes to the same end wherever a worker is killed while children read its parts", async () => {
    expect(await everyCrash(() => anImport(2), expectSameEnd)).toBeGreaterThan(50);
  });
});
