import { readFileSync } from "node:fs";
import Papa from "papaparse";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { monotonicClock, systemClock } from "@/lib/clock";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { areAdopted, areWritten } from "@/lib/core/stage";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { openPieceReaders } from "@/lib/server/piece-threads";
import { noChildren } from "@/tests/support/no-children";

/**
 * Rows a second of a whole import (reading, judging, writing every row as NDJSON), beside the fastest plain parse of
 * the same file by papaparse. `npx tsx bench/parse-statement.ts [rows | file.csv] [threads]`
 */
const [, , given = "1000000", givenThreads = "1"] = process.argv;
const threads = Number(givenThreads);
const rows = Number(given);
const bytes = Number.isNaN(rows)
  ? new Uint8Array(readFileSync(given))
  : Buffer.concat([...makeStatement({ rows, seed: 1 }).chunks()].map((chunk) => Buffer.from(chunk)));

/** Processor time says more than the clock where other work shares the machine. */
const cpuMs = () => process.cpuUsage().user / 1_000;
const parses: number[] = [];
const parsesCpu: number[] = [];
let parsedRows = 0;
for (let round = 0; round < 3; round += 1) {
  const begun = monotonicClock();
  const begunCpu = cpuMs();
  parsedRows = Papa.parse<string[]>(new TextDecoder().decode(bytes), { delimiter: ",", newline: "\n" }).data.length - 1;
  parses.push(monotonicClock() - begun);
  parsesCpu.push(cpuMs() - begunCpu);
}

const imports: number[] = [];
const importsCpu: number[] = [];
let longestTurnMs = 0;
let written = 0;
for (let round = 0; round < 3; round += 1) {
  const begun = monotonicClock();
  const begunCpu = cpuMs();
  const encoder = new TextEncoder();
  written = 0;
  const internal: Record<string, string[]> = {};
  const steps = importTransactions.start({
    jobId: "job_bench",
    createdAt: systemClock(),
    input: { fileId: "file", account: "main" },
    checkpoint: EMPTY_CHECKPOINT,
    woken: null,
    retries: 0,
    children: noChildren,
    async *committed(dataset) {
      for (const row of internal[dataset] ?? []) yield JSON.parse(row);
    },
    services: {
      files: {
        stat: async () => ({ name: "bench.csv", size: bytes.length }),
        async *read(_id, { start = 0, end = bytes.length } = {}) {
          for (let at = start; at < end; at += 65_536) yield bytes.subarray(at, Math.min(end, at + 65_536));
        },
      },
      jobs: { completed: async () => [] },
      children: { cancelSome: async () => null },
      webhooks: { deliver: async () => ({ outcome: "skipped" }) },
      bulk: { next: async () => ({ jobs: [], cursor: null }), act: async () => ({ kind: "done" }) },
      datasets: { async *rows() {}, async *parts() {}, async *linesOf() {} },
      pieces: openPieceReaders(threads),
    },
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
  });
  let turn = monotonicClock();
  for (;;) {
    const { done, value } = await steps.next();
    if (done) break;
    for (const { dataset, rows: emitted } of value.emitted) {
      if (areWritten(emitted)) {
        written += emitted.lines.length;
        continue;
      }
      if (areAdopted(emitted)) throw new Error("A statement in one part adopts none.");
      let text = "";
      for (const row of emitted) text += `${JSON.stringify(row)}\n`;
      written += encoder.encode(text).length;
      if (dataset === "sums") internal[dataset] = [...(internal[dataset] ?? []), text];
    }
    const now = monotonicClock();
    longestTurnMs = Math.max(longestTurnMs, now - turn);
    turn = now;
  }
  imports.push(monotonicClock() - begun);
  importsCpu.push(cpuMs() - begunCpu);
}

const parseMs = Math.min(...parses);
const importMs = Math.min(...imports);
const report = {
  bytes: bytes.length,
  rows: parsedRows,
  writtenBytes: written,
  papaparse: { ms: Math.round(parseMs), rowsPerSecond: Math.round((parsedRows / parseMs) * 1_000) },
  import: { ms: Math.round(importMs), rowsPerSecond: Math.round((parsedRows / importMs) * 1_000) },
  ratio: Number((parseMs / importMs).toFixed(3)),
  cpu: {
    papaparseMs: Math.round(Math.min(...parsesCpu)),
    importMs: Math.round(Math.min(...importsCpu)),
    ratio: Number((Math.min(...parsesCpu) / Math.min(...importsCpu)).toFixed(3)),
  },
  longestTurnMs: Number(longestTurnMs.toFixed(1)),
  peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1_024),
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
