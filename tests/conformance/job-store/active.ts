import { beforeEach, describe, expect, test } from "vitest";
import { aNewJob, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeActive(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const limited = (job: Parameters<typeof aNewJob>[0] = {}) => aNewJob({ owner: "own_ada", maxActive: 2, ...job });
  const kinds = async (...jobs: ReturnType<typeof aNewJob>[]) =>
    (await bench.store.enqueue(jobs, NOW)).answers.map(({ kind }) => kind);

  describe("enqueue with a limit on unfinished jobs", () => {
    test("refuses what would be one too many, also within one call", async () => {
      expect(await kinds(limited(), limited(), limited())).toEqual(["added", "added", "full"]);
      expect(await kinds(limited())).toEqual(["full"]);
    });

    test("leaves no trace of a refused job", async () => {
      const refused = limited({ uniqueKey: "one" });
      await kinds(limited(), limited());
      expect(await kinds(refused)).toEqual(["full"]);
      expect(await bench.store.get(refused.id)).toBeNull();
      expect(await kinds(aNewJob({ owner: "own_ada", uniqueKey: "one" }))).toEqual(["added"]);
    });

    test("counts an owner's own, and all of one place together where nobody is known by name", async () => {
      await kinds(limited(), limited());
      expect(await kinds(limited({ owner: "own_bob" }))).toEqual(["added"]);
      const fromOnePlace = ["own_1.at_home", "own_2.at_home", "own_3.at_home", "own_4.at_work"];
      const jobs = fromOnePlace.map((owner) => limited({ owner }));
      expect(await kinds(...jobs)).toEqual(["added", "added", "full", "added"]);
    });

    test("has room again once a job has ended, or was cancelled", async () => {
      const [first, second] = [limited(), limited()];
      await kinds(first, second);
      await bench.settle(await bench.claimOne(), DONE);
      expect(await kinds(limited(), limited())).toEqual(["added", "full"]);
      await bench.store.control(second.id, "own_ada", "cancel", NOW);
      expect(await kinds(limited(), limited())).toEqual(["added", "full"]);
    });

    test("counts a job that comes back", async () => {
      const first = limited();
      await kinds(first);
      await bench.store.control(first.id, "own_ada", "cancel", NOW);
      await bench.store.control(first.id, "own_ada", "retry", NOW);
      expect(await kinds(limited(), limited())).toEqual(["added", "full"]);
    });

    test("finds the job of a repeated request, however many there are", async () => {
      const idempotency = { key: "once", fingerprint: "same" };
      const first = limited({ idempotency });
      await kinds(first, limited());
      const { answers } = await bench.store.enqueue([limited({ idempotency })], NOW);
      expect(answers).toMatchObject([{ kind: "existing", job: { id: first.id } }]);
    });
  });
}
