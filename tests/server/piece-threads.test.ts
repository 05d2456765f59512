import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import { inspect } from "@/lib/analysis/statement/inspect";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { inlineReaders, readInOrder } from "@/lib/jobs/piece-readers";
import type { PieceOptions } from "@/lib/jobs/transactions-import-piece";
import { createPieceThreads, openPieceReaders } from "@/lib/server/piece-threads";

const bytes = Buffer.concat([...makeStatement({ rows: 3_000, seed: 4 }).chunks()].map((chunk) => Buffer.from(chunk)));

function statement() {
  const inspection = inspect(bytes, { isWhole: true });
  if (!("layout" in inspection)) throw new Error(inspection.message);
  const { layout } = inspection;
  const decimals = { amount: ".", withdrawal: ".", deposit: ".", balance: "." } as const;
  const reading = {
    account: "Main",
    layout,
    decimals,
    dateOrder: "ymd",
    currency: "EUR",
    submittedAt: Date.UTC(2026, 1),
  };
  const options: PieceOptions = { reading: { ...reading, dateOrder: "ymd" }, categories: [] };
  async function* read({ start }: { readonly start: number }) {
    yield bytes.subarray(start);
  }
  return { options, read, pieces: () => cutPieces(read, layout.format, { from: layout.start }, 8_192) };
}

/** Threads outside a build: the loader reads their modules from the sources. */
function threads(count: number) {
  const started: Worker[] = [];
  onTestFinished(async () => void (await Promise.all(started.map((thread) => thread.terminate()))));
  const start = () => {
    const url = new URL("../../lib/server/piece-thread.ts", import.meta.url);
    const thread = new Worker(url, { execArgv: ["--import", "tsx"] });
    started.push(thread);
    return thread;
  };
  return { readers: createPieceThreads(count, start), started };
}

test("threads read what one alone reads, in the file's order", async () => {
  const { options, read, pieces } = statement();
  const source = { readers: inlineReaders, read, options: () => options };
  const alone = await Array.fromAsync(readInOrder(source, pieces()));
  const { readers, started } = threads(2);
  const together = await Array.fromAsync(readInOrder({ ...source, readers }, pieces()));
  expect(together).toEqual(alone);
  expect(alone.length).toBeGreaterThan(10);
  expect(started).toHaveLength(2);
});

test("a thread that ends gives its pieces back as an error worth another attempt, and another one takes its place", async () => {
  const { options, pieces } = statement();
  const { readers, started } = threads(1);
  const [first, second] = await Array.fromAsync(pieces());
  if (!first || !second) throw new Error("The sample is too small.");
  const lost = readers.read(first, options);
  await started[0]?.terminate();
  await expect(lost).rejects.toMatchObject({ name: "RetryableError", code: "reader_lost" });
  await expect(readers.read(second, options)).resolves.toMatchObject({ next: second.next });
  expect(started).toHaveLength(2);
});

test("a single thread is none: it would only get in the way", () => {
  expect(openPieceReaders(1)).toBe(inlineReaders);
});

test("each reads less far ahead where several read at the same time", async () => {
  const { options, pieces } = statement();
  const { readers } = threads(2);
  const own = (await Array.fromAsync(pieces())).slice(0, 7);
  expect(readers.ahead).toBe(6);
  const asked = own.map((piece) => readers.read(piece, options));
  expect(readers.ahead).toBe(2);
  await Promise.all(asked);
  expect(readers.ahead).toBe(6);
});
