import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { median } from "@/bench/median";
import { fastestParseMs } from "@/bench/plain-parse";
import { watchLatency } from "@/bench/watch-latency";
import { watchMemory } from "@/bench/watch-memory";
import { type ApiClient, createApiClient } from "@/scripts/api-client";
import { readArguments } from "@/scripts/arguments";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { importFile } from "@/scripts/import-file";
import { memoryOf } from "@/scripts/process-memory";
import { type SampleStatement, writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";

// npm run bench:import -- --rows 1000000 [--json]: how fast a statement is imported by the real server,
// beside a bare papaparse of the same file on the same machine, and what it costs in memory. Medians of three.

const WARM_UP_ROWS = 5_000;
const ROUNDS = 3;

/** One import into an account of its own, so that no row is a duplicate, undisturbed but for the polling of a page. */
async function round(client: ApiClient, sample: SampleStatement, pid: number, account: string) {
  const peakOf = watchMemory(pid);
  const { job, summary, uploadMs, importMs } = await importFile(client, sample.file, { account });
  const result = { job, uploadMs, importMs, peak: peakOf(), differences: sample.differences(summary) };
  await client.remove(job.id);
  return result;
}

async function measure(client: ApiClient, sample: SampleStatement, pid: number) {
  const rounds = [];
  for (let n = 1; n <= ROUNDS; n += 1) rounds.push(await round(client, sample, pid, `Account ${n}`));

  const latency = watchLatency(client);
  await importFile(client, sample.file, { account: "Watched", onView: ({ id }) => latency.watch(id) });
  return { rounds, latency: await latency.end() };
}

async function bench(rows: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-bench-"));
  try {
    buildIfNeeded();
    const sample = writeSample(path.join(folder, "statement.csv"), rows);
    const warmUp = writeSample(path.join(folder, "warm-up.csv"), WARM_UP_ROWS, 2);
    const parseMs = fastestParseMs(sample.file, ROUNDS);

    const server = await startServer({ DATA_DIR: path.join(folder, "data") });
    try {
      const client = createApiClient(server.url);
      await importFile(client, warmUp.file);
      const idle = memoryOf(server.pid).resident;
      const { rounds, latency } = await measure(client, sample, server.pid);
      const importMs = median(rounds.map((each) => each.importMs));
      return {
        machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
        rows,
        bytes: sample.bytes,
        uploadMs: Math.round(median(rounds.map((each) => each.uploadMs))),
        importMs,
        rowsPerSecond: Math.round(rows / (importMs / 1000)),
        papaparseRowsPerSecond: Math.round(rows / (parseMs / 1000)),
        ratioToPapaparse: Number((parseMs / importMs).toFixed(3)),
        slices: rounds.map(({ job }) => job.slices).join(" "),
        commands: rounds.map(({ job }) => job.commands).join(" "),
        idleMegabytes: Math.round(idle / 1e6),
        peakOverIdleMegabytes: Math.round(median(rounds.map(({ peak }) => peak - idle)) / 1e6),
        ...latency,
        differences: rounds.flatMap(({ differences }) => differences),
      };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { rows, has } = readArguments(1_000_000, ["json"]);
const measured = await bench(rows);
if (has("json")) console.log(JSON.stringify(measured, null, 2));
else for (const [name, value] of Object.entries(measured)) console.log(`${name.padEnd(24)} ${value}`);
if (measured.differences.length > 0) process.exitCode = 1;
