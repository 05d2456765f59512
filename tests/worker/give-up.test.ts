import { describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { cancelChildren } from "@/lib/jobs/children-cancel";
import type { Services } from "@/lib/jobs/define-job";
import { type CancelPlace, createCancelChildren } from "@/lib/queue/cancel-children";
import { childIdOf } from "@/lib/queue/child-id";
import { setUpBench } from "@/tests/support/bench";
import { childJob, type FamilyServices, parentJob } from "@/tests/support/family-job";

/** A parent whose children never get done, and whatever cancels them. */
async function setUp(count: number) {
  let cancelSome: Services["children"]["cancelSome"] = async () => null;
  const services = {
    onChild: () => Promise.reject(new Error("down")),
    children: { cancelSome: (id: JobId, at: CancelPlace) => cancelSome(id, at) },
  };
  const definitions = [parentJob, childJob, cancelChildren as unknown as typeof childJob]; // it asks for its own service only
  const bench = setUpBench({
    definitions,
    services: () => services as FamilyServices & Pick<Services, "children">,
    limits: { slots: 50 },
  });
  const { cancelAfter, ...desk } = createCancelChildren({
    store: bench.store,
    definitions: new Map(definitions.map((definition) => [definition.name as string, definition])),
    publish: async (kicks) => void bench.kicks.push(...kicks),
    clock: bench.clock,
  });
  cancelSome = desk.cancelSome;
  const id = await bench.enqueue({ name: parentJob.name, input: { count, isLazy: true } });
  await bench.aWorker().drain();
  const counts = () => bench.store.children(id, { stage: "family", round: 0 });
  const control = (verb: "cancel" | "retry") => bench.store.control(id, "ada", verb, bench.clock());

  /** What the sweep does with the ends of jobs: all of them are told, twice. */
  async function tell() {
    const { events } = await bench.tend();
    const ended = await Promise.all(events.map(async (event) => ({ event, job: await bench.jobOf(event.jobId) })));
    await cancelAfter(ended);
    await cancelAfter(ended);
    return ended;
  }
  const drainCancellers = () => bench.aWorker().drain(3_600_000, "children");
  return { ...bench, id, counts, control, tell, drainCancellers };
}

describe("a job that was given up", () => {
  test("takes all its unfinished children with it, once", async () => {
    const family = await setUp(1_203);
    expect(await family.counts()).toEqual({ open: 1_203, completed: 0, failed: 0, cancelled: 0 });
    await family.control("cancel");
    await family.tell();
    expect(await family.store.counts(["children"])).toMatchObject([{ queued: 1 }]);
    await family.drainCancellers();
    expect(await family.counts()).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 1_203 });
    const { jobs } = await family.store.list("ada", { cursor: null, limit: 10 });
    expect(jobs.map(({ id }) => id)).toEqual([family.id]);
  });

  test("leaves them alone once it was retried", async () => {
    const family = await setUp(3);
    await family.control("cancel");
    await family.tell();
    await family.control("retry");
    await family.drainCancellers();
    expect(await family.counts()).toMatchObject({ open: 3, cancelled: 0 });
  });

  test("has nothing to cancel where it spawned nothing", async () => {
    const family = await setUp(1);
    const child = childIdOf(family.id, { stage: "family", round: 0 }, 0);
    await family.store.control(child, "ada", "cancel", family.clock());
    await family.tell();
    expect(await family.store.counts(["children"])).toMatchObject([{ queued: 0 }]);
  });
});
