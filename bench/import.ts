import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fastestParseMs } from "@/bench/plain-parse";
import { watchLatency } from "@/bench/watch-latency";
import { createApiClient } from "@/scripts/api-client";
import { readArguments } from "@/scripts/arguments";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { importFile } from "@/scripts/import-file";
import { memoryOf } from "@/scripts/process-memory";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";

// npm run bench:import -- --rows 1000000 [--json]: how fast a statement is imported by the real server,
// beside a bare papaparse of the same file on the same machine, and what it costs in memory.

const WARM_UP_ROWS = 5_000;

async function bench(rows: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-bench-"));
  try {
    buildIfNeeded();
    const sample = writeSample(path.join(folder, "statement.csv"), rows);
    const warmUp = writeSample(path.join(folder, "warm-up.csv"), WARM_UP_ROWS, 2);
    const parseMs = fastestParseMs(readFileSync(sample.file, "utf8"));

    const server = await startServer({ DATA_DIR: path.join(folder, "data") });
    try {
      // Somebody else's, lest a row of the warm-up be the first of two equal ones.
      await importFile(createApiClient(server.url), warmUp.file);
      const client = createApiClient(server.url);
      const idle = memoryOf(server.pid).resident;
      const latency = watchLatency(client, () => memoryOf(server.pid).resident);
      const { job, summary, uploadMs, importMs } = await importFile(client, sample.file, {
        everyMs: 100,
        onView: ({ id }) => latency.watch(id),
      });
      const { p50Ms, p99Ms, peak } = await latency.end();
      return {
        machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
        rows,
        bytes: sample.bytes,
        uploadMs: Math.round(uploadMs),
        importMs,
        rowsPerSecond: Math.round(rows / (importMs / 1000)),
        papaparseRowsPerSecond: Math.round(rows / (parseMs / 1000)),
        ratioToPapaparse: Number((parseMs / importMs).toFixed(3)),
        slices: job.slices,
        commands: job.commands,
        idleMegabytes: Math.round(idle / 1e6),
        peakOverIdleMegabytes: Math.round((peak - idle) / 1e6),
        statusP50Ms: p50Ms,
        statusP99Ms: p99Ms,
        differences: sample.differences(summary),
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
