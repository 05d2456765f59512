import { existsSync } from "node:fs";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { firstFailure } from "@/tests/guards/harness";
import { loadMutant } from "@/tests/guards/load-mutant";
import { type Mutant, mutantsOf } from "@/tests/guards/mutants";
import type { describeRedis } from "@/tests/guards/redis-suite";
import type { RedisServer } from "@/tests/support/redis";

interface Subject {
  readonly files: readonly string[];
  /** Suites that must notice, the quickest first; `redis`: those that run on a server. */
  readonly suites: readonly string[];
}

const STORE = "lib/store/jobs";
const DECISIONS =
  "claim commit control decide-again enqueue forget kicks lane look-after rates settle take-over tell-apart tend transition wake";

/** Which files hold guards, and which suites have to notice when one of them is missing. */
const SUBJECTS: readonly Subject[] = [
  { files: ["lib/store/memory/create-memory-ledger.ts"], suites: ["tests/store/ledger.test.ts"] },
  {
    files: ["lib/store/sqlite/create-changer.ts", "lib/store/sqlite/create-sqlite-ledger.ts"],
    suites: ["tests/store/ledger.test.ts"],
  },
  { files: ["lib/store/redis/scripts/apply-changes.ts"], suites: ["redis"] },
  {
    files: DECISIONS.split(" ").map((name) => `${STORE}/${name}.ts`),
    suites: [
      "tests/store/job-store.test.ts",
      "tests/store/look-after.test.ts",
      "tests/store/overtaken.test.ts",
      "tests/store/in-between.test.ts",
      "tests/store/least-work.test.ts",
      "simulation",
    ],
  },
];

/** Every mutant with the suites that must notice it. */
export const guards = SUBJECTS.flatMap(({ files, suites }) =>
  files
    .filter((file) => existsSync(file))
    .flatMap(mutantsOf)
    .map((mutant) => ({ mutant, suites })),
);

export const suiteNames = [...new Set(SUBJECTS.flatMap(({ suites }) => suites))];

/** The first test that notices, or null; with no mutant none should. */
export async function noticedBy(suites: readonly string[], mutant: Mutant | null, server: RedisServer) {
  for (const suite of suites) {
    if (suite === "redis") {
      type Suite = { readonly describeRedis: typeof describeRedis };
      (await loadMutant<Suite>("tests/guards/redis-suite.ts", mutant)).describeRedis(server);
    } else if (suite === "simulation") {
      const found = await simulated(mutant);
      if (found !== null) return found;
    } else await loadMutant(suite, mutant);
    const name = await firstFailure();
    if (name !== null) return name;
  }
  return null;
}

/** So many seeds notice nearly all that only a race shows. */
const SEEDS = 20;

/** The first promise that is broken in a simulation of the mutant. */
async function simulated(mutant: Mutant | null): Promise<string | null> {
  type Simulation = typeof import("@/tests/simulation/run-seed");
  const { runSeed } = await loadMutant<Simulation>("tests/simulation/run-seed.ts", mutant);
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const luck = { seed, muted: new Set<string>() };
    const { broken } = await runSeed({ luck, openLedger: (clock) => createMemoryLedger({ clock }) });
    if (broken !== null) return `seed ${seed}: ${broken}`;
  }
  return null;
}
