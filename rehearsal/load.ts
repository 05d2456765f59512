import type { Chance } from "@/rehearsal/chance";
import type { JobRecord } from "@/rehearsal/observed";
import type { PatientClient } from "@/rehearsal/patient-client";
import { runJob } from "@/rehearsal/run-job";
import type { Known } from "@/rehearsal/undisturbed";

interface LoadDeps {
  readonly chance: Chance;
  readonly clock: () => number;
  readonly newClient: () => PatientClient;
  /** Whether a lane should begin another job. */
  readonly isEnough: () => boolean;
  readonly until: number;
  readonly onEnd: (record: JobRecord) => void;
}

const LONGEST_DELAY_MS = 6_000;

/** Runs the main job once and, beside it, lane by lane, jobs of ever new owners until it is enough. */
export async function runLoad(
  {
    main,
    others,
    lanes,
  }: { readonly main: Known; readonly others: readonly [Known, ...Known[]]; readonly lanes: number },
  { chance, clock, newClient, isEnough, until, onEnd }: LoadDeps,
): Promise<{ readonly jobs: readonly JobRecord[]; readonly troubles: readonly string[] }> {
  const jobs: JobRecord[] = [];
  const troubles: string[] = [];

  async function run(name: string, known: Known, verb: "none" | "pause and resume" | "cancel", delayMs: number) {
    try {
      const record = await runJob(newClient(), { name, known, delayMs, verb, until, clock });
      jobs.push(record);
      onEnd(record);
    } catch (error) {
      troubles.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function lane(number: number): Promise<void> {
    for (let turn = 1; turn === 1 || (!isEnough() && troubles.length === 0); turn += 1) {
      const verb = chance.happens(0.1) ? "pause and resume" : chance.happens(0.05) ? "cancel" : "none";
      // A delay gives a job a kick of its own; those that are due at once share them.
      const delayMs = chance.happens(0.7) ? Math.round(chance.between(1_000, LONGEST_DELAY_MS)) : 0;
      await run(`lane ${number}, job ${turn}`, chance.pick(others), verb, delayMs);
    }
  }

  await Promise.all([
    run("main job", main, "none", 0),
    ...Array.from({ length: lanes }, (_, place) => lane(place + 1)),
  ]);
  return { jobs, troubles };
}
