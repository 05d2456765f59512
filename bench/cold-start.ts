import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { median } from "@/bench/median";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { startServer } from "@/scripts/server-process";

// npm run bench:cold-start: milliseconds from starting a process until the worker route has answered, and of its next
// answer. A function that is started by its first call takes as long, without Next's own server around it.

const ROUNDS = 5;

/** The call is unsigned, so the answer is a refusal: everything is loaded and opened for it all the same. */
async function knock(url: string): Promise<void> {
  const { status } = await fetch(`${url}/api/worker`, { method: "POST", body: "{}" });
  if (status !== 401) throw new Error(`The worker route answered ${status} to an unsigned call.`);
}

async function round(folder: string) {
  const begun = performance.now();
  const server = await startServer({ DATA_DIR: folder });
  try {
    await knock(server.url);
    const cold = performance.now() - begun;
    await knock(server.url);
    return { cold, warm: performance.now() - begun - cold };
  } finally {
    await server.stop();
  }
}

buildIfNeeded();
const folder = mkdtempSync(path.join(tmpdir(), "longhaul-cold-"));
try {
  const rounds = [];
  for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(folder));
  const [coldMs, warmMs] = [median(rounds.map(({ cold }) => cold)), median(rounds.map(({ warm }) => warm))];
  console.log(JSON.stringify({ coldMs: Math.round(coldMs), warmMs: Number(warmMs.toFixed(1)), rounds: ROUNDS }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
