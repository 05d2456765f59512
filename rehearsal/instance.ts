import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { freePort } from "@/scripts/free-port";
import { HEAP } from "@/scripts/heap";

/** How one process of the app has lived. Instants are epoch ms. */
export interface Life {
  readonly pid: number;
  /** When it had to be gone; null if it was never asked anything. */
  readonly mustEndAt: number | null;
  readonly endedAt: number;
  /** `left`: it went when it was asked to, or by itself. */
  readonly ending: "killed at its limit" | "crashed" | "left" | "stopped";
}

export interface Instance {
  readonly url: string;
  readonly ready: Promise<void>;
  readonly ended: Promise<Life>;
  /** True until it takes no new request any more. */
  readonly isOpen: () => boolean;
  /** Tells that a request is about to reach it: from the first one on its time runs. */
  readonly touch: () => void;
  readonly stop: () => void;
  readonly output: () => string;
}

export interface InstanceOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly clock: () => number;
  /** From its first request until it is killed. */
  readonly limitMs: number;
  /** Kills it without a warning so long after its first request; null: it may live to its limit. */
  readonly crashAfterMs: number | null;
}

/** A platform warns so long before it kills. */
const WARNING_MS = 500;
const KEPT_OUTPUT = 32_768;

/** Starts the built app as one instance of a function, which is killed when its time is up. */
export async function startInstance({ env, clock, limitMs, crashAfterMs }: InstanceOptions): Promise<Instance> {
  const port = await freePort();
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const watch = pathToFileURL("scripts/exit-with-parent.mjs").href;
  const child = spawn(process.execPath, [...HEAP, "--import", watch, next, "start", "-p", String(port)], {
    env: { ...env, NODE_ENV: "production", PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });

  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Life>();
  const timers: NodeJS.Timeout[] = [];
  let ending: Life["ending"] = "left";
  let mustEndAt: number | null = null;
  let isOpen = true;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-KEPT_OUTPUT);
      if (output.includes("Ready in")) ready.resolve();
    });
  }
  child.once("exit", () => {
    isOpen = false;
    for (const timer of timers) clearTimeout(timer);
    ready.resolve();
    ended.resolve({ pid: child.pid ?? 0, mustEndAt, endedAt: clock(), ending });
  });

  const at = (ms: number, act: () => void) => timers.push(setTimeout(act, ms));
  function kill(as: Life["ending"]): void {
    isOpen = false;
    ending = as;
    child.kill("SIGKILL");
  }

  return {
    url: `http://127.0.0.1:${port}`,
    ready: ready.promise,
    ended: ended.promise,
    isOpen: () => isOpen,
    touch() {
      if (mustEndAt !== null) return;
      mustEndAt = clock() + Math.min(limitMs, crashAfterMs ?? limitMs);
      if (crashAfterMs !== null && crashAfterMs < limitMs) return void at(crashAfterMs, () => kill("crashed"));
      at(limitMs - WARNING_MS, () => {
        isOpen = false;
        child.kill("SIGTERM");
      });
      at(limitMs, () => kill("killed at its limit"));
    },
    stop: () => kill("stopped"),
    output: () => output,
  };
}
