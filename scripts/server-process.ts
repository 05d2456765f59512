import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { readStatus } from "@/lib/contracts/status";
import { freePort } from "@/scripts/free-port";
import { childOf } from "@/scripts/process-memory";

/** A built server in a process group of its own, started as `npm start` does. */
export interface ServerProcess {
  readonly url: string;
  /** The Node process that answers, for measuring its memory. */
  readonly pid: number;
  /** What it has printed, for telling why it failed. */
  readonly output: () => string;
  /** Resolves once it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>;
  /** Kills the whole group at once with SIGKILL, as a power cut would. */
  readonly kill: () => Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const KEPT_OUTPUT = 16_384;

/** Starts the built app and answers once it is healthy. @throws Error with the server's output if it does not come up. */
export async function startServer(env: Readonly<Record<string, string>>, port?: number): Promise<ServerProcess> {
  const chosen = port ?? (await freePort());
  const url = `http://127.0.0.1:${chosen}`;
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts", "start"], {
    env: { ...process.env, LOG_LEVEL: "warn", ...env, NODE_ENV: "production", PORT: String(chosen), APP_URL: url },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => {
      output = (output + text.toString()).slice(-KEPT_OUTPUT);
    });
  }
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = (signal: NodeJS.Signals) => async () => {
    signalGroup(child, signal);
    await ended;
  };
  const stop = end("SIGTERM");
  const kill = end("SIGKILL");
  await healthy(url, child).catch(async (cause: unknown) => {
    await kill();
    throw new Error(`The server did not come up:\n${output}`, { cause });
  });
  return { url, pid: childOf(child.pid ?? 0), output: () => output, ended, stop, kill };
}

async function healthy(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
    if (await isHealthy(url)) return;
    await pause(50);
  }
  throw new Error(`It was not healthy after ${START_TIMEOUT_MS / 1000} seconds.`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/status`, { signal: AbortSignal.timeout(5_000) });
    return readStatus.reply.parse(await response.json()).status === "ok";
  } catch {
    return false; // not listening yet, or not yet with its routes
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // gone already
  }
}
