import { existsSync } from "node:fs";
import type { Clock } from "@/lib/clock";
import { checkApp } from "@/lib/doctor/check-app";
import { checkDataDir } from "@/lib/doctor/check-data-dir";
import { checkFiles } from "@/lib/doctor/check-files";
import { checkLedger } from "@/lib/doctor/check-ledger";
import { checkPlan } from "@/lib/doctor/check-plan";
import { checkQstash } from "@/lib/doctor/check-qstash";
import {
  checkClocks,
  checkLatency,
  checkReach,
  checkScripts,
  checkWriting,
  type RedisDeps,
} from "@/lib/doctor/check-redis";
import { checkRedisServer } from "@/lib/doctor/check-redis-server";
import { checkVariables } from "@/lib/doctor/check-variables";
import { checkWorkerCall } from "@/lib/doctor/check-worker-call";
import type { CheckGroup } from "@/lib/doctor/finding";
import { openFiles } from "@/lib/doctor/open-files";
import { openProbe } from "@/lib/doctor/open-probe";
import { type Report, reportOf } from "@/lib/doctor/report";
import { runChecks } from "@/lib/doctor/run-checks";
import { createRedact } from "@/lib/doctor/secrecy";
import { type Targets, targetsOf } from "@/lib/doctor/targets";
import type { Variables } from "@/lib/doctor/variables";

export interface DoctorDeps {
  readonly variables: Variables;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly monotonic: Clock;
  /** Names what this run writes, so that two at once do not meet. */
  readonly nonce: string;
  /** For each answer that is waited for. */
  readonly timeoutMs?: number | undefined;
  /** For everything together. */
  readonly totalMs?: number | undefined;
}

/** How many answers one check may wait for. */
const ANSWERS = 5;

/** Looks at everything that the variables name, and says in one report what works and what does not. Never throws. */
export async function examine({ timeoutMs = 4_000, totalMs = 45_000, ...deps }: DoctorDeps): Promise<Report> {
  const { variables } = deps;
  const targets = targetsOf(variables);
  const { redis, qstash } = targets;
  const probe = redis && openProbe({ target: redis, timeoutMs, fetch: deps.fetch });
  const groups: readonly CheckGroup[] = [
    { gate: { name: "variables", run: () => checkVariables(variables, targets) }, rest: [] },
    ...(redis && probe ? [redisGroup({ ...deps, target: redis, probe, timeoutMs })] : []),
    ...(qstash ? [{ gate: checkQstash({ ...deps, targets, qstash, timeoutMs }), rest: [] }] : []),
    ...filesGroup(deps, targets, timeoutMs),
    { gate: checkApp({ ...deps, targets, timeoutMs }), rest: [checkWorkerCall({ ...deps, targets, timeoutMs })] },
  ];
  const findings = await runChecks(groups, { timeoutMs: timeoutMs * ANSWERS, totalMs });
  probe?.close();
  return reportOf(findings, summaryOf(targets), createRedact(variables));
}

function redisGroup(on: RedisDeps & { readonly timeoutMs: number }): CheckGroup {
  return {
    gate: checkReach(on),
    rest: [
      checkWriting(on),
      checkScripts(on),
      checkLedger(on),
      checkLatency(on),
      checkClocks(on),
      ...checkRedisServer(on),
      checkPlan(on),
    ],
  };
}

/** A disk is looked at before anything is written to it, and the folder of the embedded default is not made before its time. */
function filesGroup({ nonce }: DoctorDeps, targets: Targets, timeoutMs: number): CheckGroup[] {
  const { blobToken, dataDir, isOnVercel, isHosted } = targets;
  const files = (where: string) =>
    checkFiles({ open: () => openFiles({ blobToken, dataDir, timeoutMs }), where, nonce });
  if (blobToken !== null) return [{ gate: files("Vercel Blob"), rest: [] }];
  if (isOnVercel) return []; // there is no disk that stays, as a variable's line says
  const isUsed = isHosted || existsSync(/*turbopackIgnore: true*/ dataDir);
  return [{ gate: checkDataDir(dataDir), rest: isUsed ? [files(dataDir)] : [] }];
}

function summaryOf({ redis, qstash, blobToken, dataDir, isHosted }: Targets): string {
  if (!isHosted) {
    return `Nothing is configured: the embedded default, with everything kept in ${dataDir}. That is fine on one machine.`;
  }
  const store = redis === null ? `SQLite in ${dataDir}` : redis.kind === "rest" ? "Redis over REST" : "Redis over TCP";
  const calls = qstash ? "QStash" : "this process itself";
  return `Jobs in ${store}, workers called by ${calls}, files in ${blobToken ? "Vercel Blob" : dataDir}.`;
}
