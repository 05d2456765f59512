import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Options, readOptions } from "@/tests/simulation/options";
import { NOTHING_PLAYED, type Played, playSeeds, together } from "@/tests/simulation/play-seeds";
import type { Run } from "@/tests/simulation/run-seed";

/** So many seeds go to a process at a time: short enough that both end at the same moment. */
const SHARE = 50;

/** Progress is told so often. */
const SEEDS_PER_WORD = 1_000;

/** Plays the seeds of one message after the other, on behalf of another process, which says when it is over. */
function playForParent(): void {
  Error.stackTraceLimit = 0; // nobody reads them: a seed that fails is played again by its number, with them
  process.on("SIGINT", () => undefined); // a terminal tells both
  process.on("message", (options: Options) => {
    void playSeeds(options).then((played) => process.send?.(played));
  });
}

/** Plays the seeds in processes of their own, share by share, until they are through, one fails, or it is stopped. */
async function playInProcesses(options: Options, isStopped: () => boolean): Promise<PlayedUpTo> {
  const open = new Set<number>();
  let next = options.from;
  const end = options.from + options.seeds;
  let all = NOTHING_PLAYED;
  let told = 0;
  const upTo = () => Math.min(next, ...open);

  function tellProgress(): void {
    if (all.seeds - told < SEEDS_PER_WORD) return;
    told = all.seeds;
    process.stderr.write(
      `${all.seeds} of ${options.seeds} seeds, ${all.failures.length} failed; all before ${upTo()}\n`,
    );
  }

  async function lead(): Promise<void> {
    const child = fork(fileURLToPath(import.meta.url), ["--child"]);
    try {
      while (next < end && all.failures.length === 0 && !isStopped()) {
        const share = { ...options, from: next, seeds: Math.min(SHARE, end - next) };
        open.add(share.from);
        next += share.seeds;
        const { promise, resolve, reject } = Promise.withResolvers<Played>();
        child.once("message", (played) => resolve(played as Played)); // our own process, this very file
        child.once("exit", (code) => reject(new Error(`A process of the simulation ended with ${code}.`)));
        child.send(share);
        const played = await promise;
        all = together(all, played); // read after the wait: another share may have come in meanwhile
        open.delete(share.from);
        child.removeAllListeners();
        tellProgress();
      }
    } finally {
      child.kill();
    }
  }
  await Promise.all(Array.from({ length: options.processes }, lead));
  return { ...all, upTo: upTo() };
}

interface PlayedUpTo extends Played {
  /** All seeds before this one were played. */
  readonly upTo: number;
}

/** Whether somebody has asked the run to end: it then ends with the shares that are being played. */
function listenForStop(): () => boolean {
  let isStopped = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      isStopped = true;
    });
  }
  return () => isStopped;
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
  const { seeds, steps, faults, failures, upTo } =
    options.seeds > SHARE
      ? await playInProcesses(options, listenForStop())
      : { ...(await playSeeds(options)), upTo: options.from + options.seeds };
  for (const failure of failures) process.stdout.write(`${describe(failure, options)}\n`);
  const count = Object.values(faults).reduce((sum, many) => sum + many, 0);
  const left = options.from + options.seeds - upTo;
  if (left > 0) process.stderr.write(`To go on: npm run simulate -- --from ${upTo} --seeds ${left}\n`);
  const report = { seeds, failed: failures.length, faults: count, steps, byKind: faults };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

if (process.argv[2] === "--child") playForParent();
else await main();
