import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { EQUIVALENT, nameOf, OPEN } from "@/tests/guards/excused";
import { guards as all, noticedBy, suiteNames } from "@/tests/guards/subjects";
import { startRedis } from "@/tests/support/redis";

/** A mutant that keeps its process busy for so long runs for ever: that is noticed too. */
const PATIENCE_MS = 60_000;
const PROCESSES = 2;

/** Of all files, or of those whose path begins with what was asked for. */
const wanted = process.argv.at(-1)?.startsWith("lib/") ? (process.argv.at(-1) ?? "") : "lib/";
const guards = all.filter(({ mutant }) => mutant.file.startsWith(wanted) && !EQUIVALENT.has(nameOf(mutant)));

interface Verdict {
  readonly at: number;
  readonly noticed: string | null;
}

/** Tries mutants by their numbers, on behalf of another process. */
async function tryForParent(): Promise<void> {
  const server = await startRedis();
  process.on("message", (at: number) => {
    const guard = guards[at];
    const suites = guard?.suites ?? suiteNames;
    void noticedBy(suites, guard?.mutant ?? null, server).then(
      (noticed) => process.send?.({ at, noticed }),
      () => process.send?.({ at, noticed: "it does not load" }),
    );
  });
  process.on("disconnect", () => void server.stop().then(() => process.exit()));
  process.send?.({ at: -1, noticed: null });
}

/** A process that tries mutants, and is replaced when one of them holds it up. */
async function lead(take: () => number | null, tell: (verdict: Verdict) => void): Promise<void> {
  let at: number | null = null;
  for (let isOver = false; !isOver; ) {
    const child = fork(fileURLToPath(import.meta.url), ["--child", wanted], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout | undefined;
    const next = () => {
      clearTimeout(timer);
      at = take();
      isOver = at === null;
      if (at === null) return void child.disconnect();
      child.send(at);
      timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    };
    child.on("message", (verdict) => {
      if (at !== null) tell(verdict as Verdict); // our own process, this very file
      next();
    });
    child.on("exit", () => {
      clearTimeout(timer);
      if (!isOver && at !== null) tell({ at, noticed: "it does not come to an end" });
      at = null;
      resolve();
    });
    await promise;
  }
}

async function main(): Promise<void> {
  let next = -1; // guards[-1] is none: first of all, the suites have to pass as things are
  const verdicts: Verdict[] = [];
  const take = () => (next < guards.length ? (next++ as number) : null);
  await Promise.all(Array.from({ length: PROCESSES }, () => lead(take, (verdict) => verdicts.push(verdict))));

  const whole = verdicts.find(({ at }) => at === -1);
  const tried = guards.map(({ mutant }, at) => ({ mutant, noticed: verdicts.find((one) => one.at === at)?.noticed }));
  const missed = tried.filter(({ noticed }) => typeof noticed !== "string");
  const unknown = missed.filter(({ mutant }) => !OPEN.has(nameOf(mutant)));
  for (const { mutant } of unknown) {
    process.stdout.write(`\n${mutant.file}:${mutant.line}\n  was     ${mutant.was}\n  became  ${mutant.became}\n`);
  }
  for (const { mutant, noticed } of tried) {
    if (noticed && OPEN.has(nameOf(mutant)))
      process.stdout.write(`\nNo longer open: ${nameOf(mutant)}\n  ${noticed}\n`);
  }
  if (typeof whole?.noticed === "string") process.stdout.write(`\nWith every guard in place: ${whole.noticed}\n`);
  process.stdout.write(`${tried.length - missed.length} of ${tried.length} guards caught\n`);
  process.exitCode = unknown.length > 0 || whole?.noticed !== null ? 1 : 0;
}

if (process.argv[2] === "--child") await tryForParent();
else await main();
