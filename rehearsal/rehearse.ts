import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { systemClock as clock } from "@/lib/clock";
import { createChance } from "@/rehearsal/chance";
import { check } from "@/rehearsal/check";
import { countThrows } from "@/rehearsal/count-throws";
import { runLoad } from "@/rehearsal/load";
import { createPatientClient } from "@/rehearsal/patient-client";
import { FULL, type Plan, SMALL } from "@/rehearsal/plan";
import { isGood, type Report, toLines } from "@/rehearsal/report";
import { type Stage, startStage } from "@/rehearsal/stage";
import { sum, type Tally } from "@/rehearsal/tally";
import { type Known, runUndisturbed } from "@/rehearsal/undisturbed";

// npm run rehearse: the built app as it is hosted, over a cloud that does all that a cloud may do, and whether it keeps its promises.

const { values } = parseArgs({
  options: {
    rows: { type: "string" },
    seed: { type: "string", default: "1" },
    small: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    /** A file for what the instances print. */
    output: { type: "string" },
  },
});
const say = (line: string) => (values.json ? undefined : console.log(line));

function readPlan(): { readonly plan: Plan; readonly seed: number } {
  const seed = Number(values.seed);
  const size = values.small ? SMALL : FULL;
  const mainRows = Number(values.rows ?? size.mainRows);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number, not "${values.seed}".`);
  if (!Number.isSafeInteger(mainRows) || mainRows < 1) throw new Error(`--rows takes a number from 1 up.`);
  return { plan: { ...size, mainRows }, seed };
}

/** How often everything that is wanted has gone wrong so far. */
function wrongSoFar({ redis, qstash, instances }: Stage): Plan["wanted"] {
  const times = (fault: "doubled" | "lost" | "late") => qstash.injected.get(fault) ?? 0;
  return {
    kills: instances.lives.filter(({ ending }) => ending === "killed at its limit" || ending === "crashed").length,
    doubled: times("doubled"),
    lost: times("lost"),
    late: times("late"),
    redisFaults: sum(redis.injected),
  };
}

function missingOf(plan: Plan, stage: Stage): string[] {
  const found = wrongSoFar(stage);
  return Object.entries(plan.wanted)
    .filter(([name, wanted]) => found[name as keyof Plan["wanted"]] < wanted)
    .map(([name, wanted]) => `${name}: ${found[name as keyof Plan["wanted"]]} of ${wanted}`);
}

async function rehearse(plan: Plan, seed: number, folder: string): Promise<Report> {
  if (!existsSync(".next/BUILD_ID")) throw new Error("There is no build yet. Run this first: npm run build");
  say("Importing everything once where nothing goes wrong …");
  const [main, first, ...rest] = await runUndisturbed(folder, [plan.mainRows, ...plan.otherRows], seed);
  if (!main || !first) throw new Error("There is nothing to import.");

  const output: string[] = [];
  const begun = clock();
  const stage = await startStage({ plan, seed, folder, clock, onOutput: (text) => output.push(text) });
  try {
    const performed = await perform(stage, { main, others: [first, ...rest] }, { plan, seed, begun });
    await stage.stop();
    return performed(countThrows(output.join("\n")));
  } finally {
    await stage.stop();
    if (values.output) writeFileSync(values.output, output.join("\n"));
  }
}

async function perform(
  stage: Stage,
  { main, others }: { readonly main: Known; readonly others: readonly [Known, ...Known[]] },
  { plan, seed, begun }: { readonly plan: Plan; readonly seed: number; readonly begun: number },
): Promise<(throws: ReadonlyMap<string, number>) => Report> {
  const met: Tally<string> = new Map();
  const until = begun + plan.totalMs;
  const seconds = () => Math.round((clock() - begun) / 1_000);
  const load = await runLoad(
    { main, others, lanes: plan.lanes },
    {
      chance: createChance(seed, "load"),
      clock,
      newClient: () => createPatientClient(stage.router.url, { clock, until, met }),
      isEnough: () => clock() - begun > plan.loadMs || missingOf(plan, stage).length === 0,
      until,
      onEnd: ({ name, end }) => say(`${String(seconds()).padStart(5)} s  ${name} ${end.state}`),
    },
  );
  const { redis, qstash, blob, router, instances } = stage;
  const prefixed = (what: string, tally: ReadonlyMap<string, number>) =>
    Object.fromEntries([...tally].sort().map(([name, times]) => [`${what}: ${name}`, times]));
  const endings = Map.groupBy(instances.lives, ({ ending }) => ending);
  const lives = new Map([...endings].map(([ending, all]) => [ending, all.length]));
  return (throws) => ({
    seed,
    seconds: seconds(),
    injected: {
      ...prefixed("process", lives),
      ...prefixed("message", qstash.injected),
      "cron: missed ticks": qstash.seen.get("missed ticks") ?? 0,
      ...prefixed("Redis", redis.injected),
      ...prefixed("Blob", blob.injected),
      ...prefixed("request", router.cuts),
    },
    done: {
      jobs: load.jobs.length,
      "throws of jobs": sum(throws),
      "rows of the main job": main.sample.rows,
      "Redis requests": redis.requests(),
      "Blob requests": blob.requests(),
      "requests to the app": router.requests(),
      ...prefixed("messages", qstash.seen),
      ...prefixed("a caller met", met),
    },
    verdicts: check({ ...load, lives: instances.lives, throws }),
    missing: missingOf(plan, stage),
  });
}

async function run(): Promise<void> {
  const { plan, seed } = readPlan();
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-rehearsal-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const report = await rehearse(plan, seed, folder);
  console.log(values.json ? JSON.stringify(report, null, 2) : toLines(report).join("\n"));
  if (!isGood(report)) process.exitCode = 1;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
