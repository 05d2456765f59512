import { EnvError, readEnv } from "@/lib/env";
import { createLog } from "@/lib/log";
import { createServer, type Server } from "@/lib/server/create-server";
import { type DataDirLock, lockDataDir } from "@/lib/server/data-dir";
import { secretsOf } from "@/lib/server/secrets";

/** One for each process: Next bundles every route apart, and modules are loaded once for each bundle. */
const holder = globalThis as typeof globalThis & { longhaul?: Promise<Server>; longhaulLock?: DataDirLock };

/** The running application, put together by whoever asks first. */
export function server(): Promise<Server> {
  holder.longhaul ??= open();
  return holder.longhaul;
}

async function open(): Promise<Server> {
  const env = readEnv();
  const log = createLog(env.logLevel);
  const isAlone = env.store.kind === "sqlite";
  if (isAlone) holder.longhaulLock = lockDataDir(env.dataDir);
  const opened = await createServer({ env, secrets: secretsOf(env), log });
  log.info("started", {
    store: env.store.kind,
    files: env.files.kind,
    dispatcher: env.dispatch.kind === "qstash" ? "qstash" : "in-process",
    isHosted: env.isHosted,
    jobTtlHours: env.retention.completedMs / 3_600_000,
  });
  if (env.isHosted && env.access === "invite" && !env.secrets.operator) {
    log.warn("no_operator", { hint: "Nobody can be invited: set OPERATOR_TOKEN, or ACCESS=open." });
  }
  if (isAlone) {
    const rescued = await opened.rescueAll();
    if (rescued > 0) log.info("rescued", { jobs: rescued });
  }
  return opened;
}

/** Opens the application at the start of the process, and begins to sweep as soon as the port answers. */
export async function startServer(): Promise<void> {
  const opened = await server().catch(refuseToStart);
  opened.startCron();
  // Vercel leaves half a second after SIGTERM; Next, on a machine of one's own, as long as a request takes.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, opened.shutDown);
}

/** Next goes on listening after a failed start, and would answer 500 to everything until somebody looks. */
function refuseToStart(error: unknown): never {
  if (!(error instanceof EnvError)) throw error;
  createLog("error").error("cannot_start", error);
  process.exit(1);
}
