import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { median } from "@/bench/median";
import { hasRedisServer, startBenchRedis } from "@/bench/redis-server";
import { systemClock } from "@/lib/clock";
import { createChance } from "@/rehearsal/chance";
import { type Instance, startInstance } from "@/rehearsal/instance";
import { startQstash } from "@/rehearsal/qstash";
import { startRouter } from "@/rehearsal/router";
import { createApiClient } from "@/scripts/api-client";
import { readArguments } from "@/scripts/arguments";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { importFile } from "@/scripts/import-file";
import { type SampleStatement, writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";

// npm run bench -- partitions --rows 1000000 [--json] [--single] [--threaded] [--embedded]: one statement imported by one job, and by four that read a part
// each. First by two server processes over one Redis, called by a QStash in small that sends each message to the one
// and the other in turn; then on the embedded default. Medians of five, the two ways in turn.

const ROUNDS = 5;
const PARTITIONS = 4;
const WARM_UP_ROWS = 20_000;
const NO_FAULTS = { doubled: 0, late: 0, lost: 0, overtaken: 0, undeliverable: 0, "missed ticks": 0 };
const FOREVER_MS = 3_600_000;

interface Site {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function cluster(folder: string, count: number, env: Readonly<Record<string, string>>): Promise<Site> {
  const redis = await startBenchRedis();
  const qstash = await startQstash({ chance: createChance(1, "bench"), clock: systemClock, shares: NO_FAULTS });
  const instances: Instance[] = [];
  const turns = { worker: 0, other: 0 };
  const router = await startRouter(async (path) => {
    // A platform sends no second worker call to a process that is busy with the first while another one is free.
    const kind = path.startsWith("/api/worker") ? "worker" : "other";
    turns[kind] += 1;
    const instance = instances[turns[kind] % count];
    if (!instance) throw new Error("A request came before there was a server.");
    return { url: instance.url, touch: () => undefined };
  });
  const { PATH = "", HOME = "" } = process.env;
  for (let n = 0; n < count; n += 1) {
    const instance = await startInstance({
      env: {
        PATH,
        HOME,
        NEXT_TELEMETRY_DISABLED: "1",
        LOG_LEVEL: "warn",
        HOSTED: "1",
        ACCESS: "open",
        APP_URL: router.url,
        DATA_DIR: path.join(folder, "files"),
        AUTH_SECRET: "a secret of the bench, long enough for it",
        CRON_SECRET: "cron secret of the bench",
        WORKER_SECRET: "worker secret of the bench",
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
        QSTASH_URL: qstash.url,
        QSTASH_TOKEN: qstash.token,
        QSTASH_CURRENT_SIGNING_KEY: qstash.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: qstash.nextSigningKey,
        ...env,
      },
      clock: systemClock,
      limitMs: FOREVER_MS,
      crashAfterMs: null,
    });
    await instance.ready;
    instances.push(instance);
  }
  return {
    url: router.url,
    async stop() {
      await qstash.stop();
      for (const instance of instances) instance.stop();
      await Promise.all(instances.map(({ ended }) => ended));
      await router.stop();
      await redis.stop();
    },
  };
}

/** Imports the file in both ways in turn, and tells how long each took and whether they gave the same bytes. */
async function compare(site: Site, folder: string, sample: SampleStatement) {
  const client = createApiClient(site.url);
  const warmUp = writeSample(path.join(folder, "warm-up.csv"), WARM_UP_ROWS, 2);
  await importFile(client, warmUp.file, { account: "Warm up" });
  await importFile(client, warmUp.file, { account: "Warm up in parts", partitions: PARTITIONS });
  const serial: number[] = [];
  const parallel: number[] = [];
  const digests = new Set<string>();
  let differences: readonly string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [times, partitions] of [
      [serial, undefined],
      [parallel, PARTITIONS],
    ] as const) {
      const account = `Account ${round}`; // the same for both, for it stands in every row; the first is deleted before
      const { job, summary, importMs } = await importFile(client, sample.file, { account, partitions });
      times.push(importMs);
      differences = [...differences, ...sample.differences(summary)];
      if (round === 1) {
        const hash = createHash("sha256").update(JSON.stringify(summary));
        for (const dataset of ["transactions", "rejected"]) hash.update(await client.download(job.id, dataset));
        digests.add(hash.digest("hex"));
      }
      await client.remove(job.id);
    }
  }
  return {
    serialMs: median(serial),
    parallelMs: median(parallel),
    speedup: Number((median(serial) / median(parallel)).toFixed(2)),
    isSameBytes: digests.size === 1,
    differences,
  };
}

async function onSite(name: string, site: Site, folder: string, sample: SampleStatement) {
  try {
    return { name, ...(await compare(site, folder, sample)) };
  } finally {
    await site.stop();
  }
}

const SITES = ["single", "threaded", "embedded"] as const;

const { rows, has } = readArguments(1_000_000, ["json", ...SITES]);
const isWanted = (site: (typeof SITES)[number]) => has(site) || !SITES.some((other) => has(other));
const folder = mkdtempSync(path.join(tmpdir(), "longhaul-partitions-"));
try {
  buildIfNeeded();
  const sample = writeSample(path.join(folder, "statement.csv"), rows);
  const results = [];
  if (hasRedisServer) {
    if (isWanted("single")) {
      const two = await cluster(path.join(folder, "two"), 2, { READER_THREADS: "1" });
      results.push(await onSite("two processes of one thread each, one Redis", two, folder, sample));
    }
    if (isWanted("threaded")) {
      const threaded = await cluster(path.join(folder, "threaded"), 2, {});
      results.push(await onSite("two processes with threads, one Redis", threaded, folder, sample));
    }
  } else console.error("No redis-server was found: two processes over one Redis were not measured.");
  if (isWanted("embedded")) {
    const embedded = await startServer({ DATA_DIR: path.join(folder, "data") });
    results.push(await onSite("embedded default", embedded, folder, sample));
  }
  if (has("json")) for (const result of results) console.log(JSON.stringify(result));
  else {
    console.log(`${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}, ${rows} rows`);
    console.table(results);
  }
  if (results.some(({ isSameBytes, differences }) => !isSameBytes || differences.length > 0)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
