import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchBilled } from "@/bench/queue/billed";
import { benchFootprint } from "@/bench/queue/footprint";
import { benchGrowth } from "@/bench/queue/growth";
import { benchLatency } from "@/bench/queue/latency";
import { benchOperations } from "@/bench/queue/operations";
import { benchRedisThroughput } from "@/bench/queue/redis-throughput";
import type { Size } from "@/bench/queue/rounds";
import { benchSqliteThroughput } from "@/bench/queue/sqlite-throughput";
import { hasRedisServer } from "@/bench/redis-server";
import type { Row } from "@/bench/row";
import { versionsOf } from "@/bench/versions";

// npm run bench -- [name …] [--json] [--size tiny|usual|full]: what the queue costs, beside BullMQ and the bare stores.
// `growth` takes long: --only sqlite --only kept runs that much of it.
// With the name of a script below, that script runs with whatever else is given.

interface Bench {
  readonly needsRedis: boolean;
  run(size: Size, only: readonly string[]): Promise<Row[]>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  redis: { needsRedis: true, run: benchRedisThroughput },
  sqlite: { needsRedis: false, run: benchSqliteThroughput },
  latency: { needsRedis: false, run: benchLatency },
  operations: { needsRedis: true, run: benchOperations },
  billed: { needsRedis: true, run: benchBilled },
  footprint: { needsRedis: true, run: benchFootprint },
  growth: { needsRedis: false, run: benchGrowth },
};
const SCRIPTS = ["import", "memory", "cold-start", "parse-statement", "partitions"];

function isSize(text: string): text is Size {
  return text === "tiny" || text === "usual" || text === "full";
}

function printTable(rows: readonly Row[]): void {
  for (const { name, ours, peer, ratio, unit, beside } of rows) {
    const compared = peer === null ? "" : `${String(peer).padStart(10)}  ${String(ratio).padStart(6)}  ${beside}`;
    console.log(`${name.padEnd(48)} ${String(ours).padStart(10)} ${unit.padEnd(8)} ${compared}`);
  }
}

const [given = ""] = process.argv.slice(2);
if (SCRIPTS.includes(given)) {
  const args = ["--import", "tsx", `bench/${given}.ts`, ...process.argv.slice(3)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
} else {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      size: { type: "string", default: "usual" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const { json: isJson, size, only } = values;
  if (!isSize(size)) throw new Error(`--size is tiny, usual or full, not "${size}".`);
  const unknown = positionals.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    throw new Error(`No bench is called ${unknown.join(", ")}: ${[...Object.keys(BENCHES), ...SCRIPTS].join(", ")}.`);
  }

  if (!isJson) console.log(`${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${versionsOf()}, medians, ${size}\n`);
  for (const [name, { needsRedis, run }] of Object.entries(BENCHES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    if (needsRedis && !hasRedisServer) {
      console.error(`${name} did not run: there is no redis-server on this machine.`);
      continue;
    }
    const rows = await run(size, only);
    if (isJson) for (const row of rows) console.log(JSON.stringify(row));
    else printTable(rows);
  }
}
