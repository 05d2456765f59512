import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Options, readOptions } from "@/tests/simulation/options";
import { NOTHING_PLAYED, type Played, playSeeds, together } from "@/tests/simulation/play-seeds";
import type { Run } from "@/tests/simulation/run-seed";

/** So many seeds go to a process at a time: short enough that both end at the same moment. */
const SHARE = 50;

/** Plays the seeds of one message after the other, on behalf of another process. */
function playForParent(): void {
  process.on("message", (options: Options) => {
    void playSeeds(options).then((played) => process.send?.(played));
  });
}

/** Plays the seeds in processes of their own, share by share. */
async function playInProcesses(options: Options): Promise<Played> {
  let next = options.from;
  const end = options.from + options.seeds;
  let all = NOTHING_PLAYED;

  async function lead(): Promise<void> {
    const child = fork(fileURLToPath(import.meta.url), ["--child"]);
    try {
      while (next < end && all.failures.length === 0) {
        const share = { ...options, from: next, seeds: Math.min(SHARE, end - next) };
        next += share.seeds;
        const { promise, resolve, reject } = Promise.withResolvers<Played>();
        child.once("message", (played) => resolve(played as Played)); // our own process, this very file
        child.once("exit", (code) => reject(new Error(`A process of the simulation ended with ${code}.`)));
        child.send(share);
        all = together(all, await promise);
        child.removeAllListeners();
      }
    } finally {
      child.kill();
    }
  }
  await Promise.all(Array.from({ length: options.processes }, lead));
  return all;
}

function describe({ seed, broken, happened, trace }: Run, { store, broken: breakage }: Options): string {
  const again = [`--from ${seed} --seeds 1`, `--store ${store}`, ...(breakage ? [`--broken ${breakage}`] : [])];
  return [
    `\nSeed ${seed}: ${broken}`,
    `Enough for it: ${happened.join(", ")}`,
    ...trace,
    `Again: npm run simulate -- ${again.join(" ")}`,
  ].join("\n");
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { seeds, steps, faults, failures } =
    options.processes > 1 && options.seeds > SHARE ? await playInProcesses(options) : await playSeeds(options);
  for (const failure of failures) process.stdout.write(`${describe(failure, options)}\n`);
  const count = Object.values(faults).reduce((sum, many) => sum + many, 0);
  const report = { seeds, failed: failures.length, faults: count, steps, byKind: faults };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

if (process.argv[2] === "--child") playForParent();
else await main();
