import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock as clock } from "@/lib/clock";
import { accountOf } from "@/rehearsal/account";
import { createChance } from "@/rehearsal/chance";
import { check } from "@/rehearsal/check";
import { countThrows } from "@/rehearsal/count-throws";
import { runLoad } from "@/rehearsal/load";
import { createPatientClient } from "@/rehearsal/patient-client";
import { readPlan } from "@/rehearsal/read-plan";
import { isGood, type Report, toLines } from "@/rehearsal/report";
import { type Stage, startStage } from "@/rehearsal/stage";
import { sum, type Tally } from "@/rehearsal/tally";
import { type Known, runUndisturbed } from "@/rehearsal/undisturbed";
import { missingOf } from "@/rehearsal/wrong-so-far";

// npm run rehearse: the built app as it is hosted, over a cloud that does all that a cloud may do, and whether it keeps its promises.

const { plan, seed, isJson, outputFile } = readPlan();
const say = (line: string) => (isJson ? undefined : console.log(line));

interface Statements {
  readonly main: Known;
  readonly others: readonly [Known, ...Known[]];
}

async function importUndisturbed(folder: string): Promise<Statements> {
  const [main, first, ...rest] = await runUndisturbed(folder, [plan.mainRows, ...plan.otherRows], seed);
  if (!main || !first) throw new Error("There is nothing to import.");
  return { main, others: [first, ...rest] };
}

/** Runs everything on the stage until enough has gone wrong and all jobs have ended. */
function perform(stage: Stage, { main, others }: Statements, { begun, met }: { begun: number; met: Tally<string> }) {
  const until = begun + plan.totalMs;
  let callers = 0;
  return runLoad(
    { main, others, lanes: plan.lanes },
    {
      chance: createChance(seed, "load"),
      clock,
      newClient: () => {
        callers += 1;
        const address = `10.0.${callers >> 8}.${callers & 255}`;
        return createPatientClient(stage.router.url, { address, clock, until, met });
      },
      isEnough: () => clock() - begun > plan.loadMs || missingOf(plan, stage).length === 0,
      until,
      onEnd: ({ name, end }) => say(`${secondsSince(begun).padStart(5)} s  ${name} ${end.state}`),
    },
  );
}

const secondsSince = (begun: number) => String(Math.round((clock() - begun) / 1_000));

async function rehearse(folder: string): Promise<Report> {
  say("Importing everything once where nothing goes wrong …");
  const statements = await importUndisturbed(folder);

  const output: string[] = [];
  const turns = monitorEventLoopDelay();
  turns.enable();
  const begun = clock();
  const stage = await startStage({ plan, seed, folder, clock, onOutput: (text) => output.push(text) });
  // Redis would outlive us; the instances follow by themselves.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stage.stop().finally(() => process.exit(1)));
  }
  try {
    const met: Tally<string> = new Map();
    const load = await perform(stage, statements, { begun, met });
    const seconds = Number(secondsSince(begun));
    await stage.stop(); // what the instances have printed is whole only then
    const watchedLateMs = Math.round(turns.max / 1e6);
    const { injected, done } = accountOf(stage, met);
    const throws = countThrows(output.join("\n"));
    return {
      seed,
      seconds,
      injected,
      done: {
        jobs: load.jobs.length,
        "rows of the main job": plan.mainRows,
        "throws of jobs": sum(throws),
        "own turns late by at most (ms)": watchedLateMs,
        ...done,
      },
      verdicts: check({ ...load, lives: stage.instances.lives, throws, watchedLateMs }),
      missing: missingOf(plan, stage),
    };
  } finally {
    await stage.stop();
    if (outputFile) writeFileSync(outputFile, output.join("\n"));
  }
}

async function run(): Promise<void> {
  if (!existsSync(".next/BUILD_ID")) throw new Error("There is no build yet. Run this first: npm run build");
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-rehearsal-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const report = await rehearse(folder);
  console.log(isJson ? JSON.stringify(report, null, 2) : toLines(report).join("\n"));
  if (!isGood(report)) process.exitCode = 1;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
