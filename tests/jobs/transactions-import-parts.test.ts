import { describe, expect, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { isFinished, JobId } from "@/lib/core/job";
import { PackedWords, unpackWords } from "@/lib/jobs/packed-words";
import type { Json } from "@/lib/json";
import { createImportQueue, endOf } from "@/tests/jobs/import-queue";

/** What is kept of all rows, for later imports: the same however it was cut. */
async function identitiesOf(job: { rows(dataset: string): Promise<readonly Json[]> }): Promise<number[]> {
  const rows = await job.rows("identities");
  return rows.flatMap((row) => [...unpackWords(PackedWords.parse(row))]);
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Runs one import after the other, each in one run; with `dieAfter`, workers die after so many calls or a few more. */
function setUp(bytes: Uint8Array) {
  const { queue, submit } = createImportQueue(bytes);

  async function runImport(input: Parameters<typeof submit>[0], { dieAfter }: { dieAfter?: number } = {}) {
    if (dieAfter !== undefined) {
      for (let deaths = 0, call = dieAfter; deaths < 60; deaths += 1, call += dieAfter + 4 * (deaths % 5)) {
        queue.disturb({ kind: "crash", at: { call, when: "before" } });
      }
    }
    const job = await submit(input);
    await queue.run();
    return { job, end: await endOf(job) };
  }
  return { runImport };
}

const sample = Buffer.concat([...makeStatement({ rows: 6_000, seed: 3 }).chunks()].map((chunk) => Buffer.from(chunk)));

/** Names its currency late, spells its categories differently, runs over its lines, and contains the same rows twice. */
function awkward(): Uint8Array {
  const lines = ["Date,Description,Amount,Category,Balance"];
  for (let n = 0; n < 6_000; n += 1) {
    const day = `2025-0${1 + (n % 9)}-1${n % 9}`;
    const amount = n === 3_000 ? "EUR 7.00" : n === 5_000 ? "USD 8.00" : `${(n % 50) + 1}.10`;
    const text = n % 97 === 0 ? `"Broken\nover ""lines"", ${n % 40}"` : `Shop ${n % 40}`;
    lines.push(`${day},${text},${amount},${n < 2_500 ? "food" : "Food"},${n % 11 === 0 ? "" : n % 7}.00`);
  }
  return encode(lines.join("\n"));
}

/** Holds texts over many lines that look like rows: whoever looks at a little of it does not see where rows begin. */
function misleading(): Uint8Array {
  const inside = Array.from({ length: 30 }, (_, n) => `2025-01-0${1 + (n % 9)},Not a row,${n}.00`).join("\n");
  const lines = Array.from(
    { length: 300 },
    (_, n) => `2025-02-0${1 + (n % 9)},"Shop ${n}\n${inside}\nend",${n + 1}.00`,
  );
  return encode(`Date,Description,Amount\n${lines.join("\n")}`);
}

/** The same, but that every row is there many times, and the first half of the file has a balance now and then. */
function repeated(): Uint8Array {
  const inside = Array.from({ length: 30 }, (_, n) => `2025-02-0${1 + (n % 9)},Not a row,${n}.00,`).join("\n");
  const lines = Array.from({ length: 400 }, (_, n) => {
    const balance = n < 200 && n % 7 === 0 ? `${n % 3}.00` : "";
    return `2025-02-0${1 + Math.floor(n / 50)},"Shop ${n % 4}\n${inside}\nend",${1 + (n % 3)}.00,${balance}`;
  });
  return encode(`Date,Description,Amount,Balance\n${lines.join("\n")}`);
}

/** Rows by day, of which many are equal, and some of the last day before each part stand in the next one too. */
function byDay(): Uint8Array {
  const lines = Array.from({ length: 6_000 }, (_, n) => {
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(n / 40))).toISOString().slice(0, 10);
    return `${day},Shop ${n % 7},${1 + (n % 5)}.00`;
  });
  return encode(`Date,Description,Amount\n${lines.join("\n")}`);
}

/** Equal rows by day, of which one is good only for those who have read the currency in the first part. */
function mixed(): Uint8Array {
  const lines = Array.from({ length: 8_000 }, (_, n) => {
    const currency = { 2600: "CNY ", 6010: "¥" }[n] ?? "";
    return `2025-03-0${1 + Math.floor(n / 2_000)},A shop with a name of some length ${n % 3},${currency}${1 + (n % 5)}.00`;
  });
  return encode(`Date,Description,Amount\n${lines.join("\n")}`);
}

const inUtf16 = (bytes: Uint8Array) => Buffer.from(`\uFEFF${Buffer.from(bytes).toString("utf8")}`, "utf16le");

describe("an import in parts", () => {
  test.each([
    ["the sample", sample],
    ["the sample in UTF-16", inUtf16(sample)],
    ["an awkward file", awkward()],
    ["a misleading file", misleading()],
    ["a misleading file of equal rows", repeated()],
    ["a file of equal rows by day", byDay()],
    ["a file whose currency shows once", mixed()],
  ])("gives of %s what one job alone gives, row by row", async (_name, bytes) => {
    const alone = await setUp(bytes).runImport({});
    const inParts = await setUp(bytes).runImport({ partitions: 4 });
    expect(inParts.end).toEqual(alone.end);
    expect(await identitiesOf(inParts.job)).toEqual(await identitiesOf(alone.job));
    const parts = await inParts.job.children();
    expect(await Promise.all(parts.map((part) => part.state()))).toEqual(Array(4).fill("completed"));
  });

  test("takes over what its parts have written, and writes itself where categories are spelt otherwise before", async () => {
    const runsOf = async (bytes: Uint8Array) => {
      const { queue, submit } = createImportQueue(bytes);
      const job = await submit({ partitions: 3 });
      await queue.run();
      const found = await queue.store.get(JobId.parse(job.id));
      const { transactions = [], identities = [] } = found?.job.checkpoint.datasets ?? {};
      return [transactions, identities].map((runs) => runs.map(({ first }) => first !== undefined));
    };
    expect(await runsOf(sample)).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    const [transactions, identities] = await runsOf(awkward());
    expect(transactions).toContain(false);
    expect(identities).toContain(false);
  });

  test("comes to the same end when its workers die again and again", async () => {
    for (const bytes of [sample, byDay(), mixed()]) {
      const alone = await setUp(bytes).runImport({});
      for (const dieAfter of [3, 5, 8]) {
        const dying = await setUp(bytes).runImport({ partitions: 3 }, { dieAfter });
        expect(dying.end).toEqual(alone.end);
        expect(await identitiesOf(dying.job)).toEqual(await identitiesOf(alone.job));
        expect((await dying.job.read()).slices).toBeGreaterThan(2);
      }
    }
  });

  test("finds what another import has imported already", async () => {
    const { runImport } = setUp(sample);
    const first = await runImport({ partitions: 2 });
    const again = await runImport({ partitions: 4 });
    expect(first.end.transactions.length).toBeGreaterThan(5_000);
    expect(again.end.transactions).toEqual([]);
  });

  test("fails with what to do when its parts were removed before it was retried", async () => {
    const { queue, submit } = createImportQueue(sample);
    const job = await submit({ partitions: 2 });
    await queue.run({ stopAt: { stage: "import", when: () => true } });
    await job.cancel();
    await queue.run();
    const [part] = await job.children();
    const removed = await queue.store.get(JobId.parse(part?.id));
    if (!removed || !isFinished(removed.job)) throw new Error("The part has not ended.");
    await queue.store.forget(removed.job, removed.job.expiresAt);
    await job.retry();
    await queue.run();
    expect(await job.read()).toMatchObject({ state: "failed", error: { code: "parts_missing" } });
  });

  test("of a file that is too small to divide is an import of one part", async () => {
    const bytes = encode("Date,Description,Amount\n2025-01-02,Tea,-2.50\n");
    const inParts = await setUp(bytes).runImport({ partitions: 4 });
    expect(inParts.end).toEqual((await setUp(bytes).runImport({})).end);
  });
});
