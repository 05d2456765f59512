import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { pathToFileURL } from "node:url";
import { freePort, isFree } from "@/scripts/free-port";
import { HEAP } from "@/scripts/heap";
import { loadDotEnv } from "@/scripts/load-dot-env";

// npm start, npm run dev: picks the port, tells the app its own address, and runs Next until one of us is stopped.

const WATCH_PARENT_MS = 1_000;

const mode = process.argv[2] === "dev" ? "dev" : "start";

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

async function pickPort(): Promise<number> {
  const given = process.env.PORT || "3000";
  const wanted = Number(given);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    refuse(`PORT must be a number from 1 to 65535, not "${given}".`);
  if (await isFree(wanted)) return wanted;
  if (mode === "start")
    refuse(`Port ${wanted} is taken. Stop what listens there, or choose another: PORT=3001 npm start`);
  const port = await freePort();
  console.log(`Port ${wanted} is taken, using ${port}.`);
  return port;
}

/** Starts Next as a child and answers with its exit code. */
function runNext(env: NodeJS.ProcessEnv): Promise<number> {
  const watch = pathToFileURL("scripts/exit-with-parent.mjs").href;
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const heap = mode === "start" ? HEAP : [];
  const child = spawn(process.execPath, [...heap, "--import", watch, next, mode], { env, stdio: "inherit" });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  stopWithNpm(() => stop("SIGTERM"));

  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  return promise;
}

/** A shell between npm and us may not pass a signal on; then we notice that our parent has gone. */
function stopWithNpm(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), WATCH_PARENT_MS).unref();
}

loadDotEnv();
if (mode === "start" && !existsSync(".next/BUILD_ID")) refuse("There is no build yet. Run this first: npm run build");
const port = await pickPort();
process.exitCode = await runNext({
  ...process.env,
  PORT: String(port),
  APP_URL: process.env.APP_URL || `http://127.0.0.1:${port}`,
  NEXT_TELEMETRY_DISABLED: "1",
});
