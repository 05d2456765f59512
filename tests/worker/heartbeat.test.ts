import { describe, expect, test } from "vitest";
import { actJob } from "@/tests/support/act-job";
import { setUpBench } from "@/tests/support/bench";
import { LEASE_MS } from "@/tests/support/builders";
import { type CountServices, countJob, upTo } from "@/tests/support/count-job";

async function count(onNumber: CountServices["onNumber"], to = 6) {
  const events: string[] = [];
  const bench = setUpBench({ definitions: [countJob], services: () => ({ onNumber, events }) });
  const id = await bench.enqueue({ name: countJob.name, input: { to } });
  return { bench, id, events };
}

describe("the heartbeat of a slice", () => {
  test("keeps the lease of a job that takes long to its next safe point", async () => {
    const { bench, id } = await count(async (n) => {
      if (n !== 3) return;
      for (let seconds = 0; seconds < 95; seconds += 5) {
        bench.pass(5_000);
        await settled();
        expect((await bench.tend()).rescued).toBe(0);
      }
    });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed", slices: 1, losses: 0 });
    expect(bench.ticking()).toBe(0);
  });

  test("reports that it failed, and the job goes on", async () => {
    const { bench, id } = await count(async (n) => {
      if (n !== 3) return;
      bench.pass(10_000);
      await settled();
    });
    let isDown = false;
    await bench
      .aWorker((_call, when, name) => {
        const isBeat = name === "commit" && when === "before" && bench.clock() % 60_000 === 10_000 && !isDown;
        if (!isBeat) return;
        isDown = true;
        throw new Error("store is down");
      })
      .drain();
    expect(bench.errors).toEqual([{ event: "heartbeat_failed", error: new Error("store is down") }]);
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed" });
  });

  /** Passes so much time that the heart beats, and fails like a read that was aborted. */
  const untilAborted = async (bench: { pass: (ms: number) => void }, signal: AbortSignal) => {
    bench.pass(10_000);
    await settled();
    signal.throwIfAborted();
    return "never told to hurry";
  };

  test.each(["cancel", "pause"] as const)("hurries a job on that should %s, which is no failure", async (verb) => {
    const { bench, id, events } = await count(async (n, signal) => {
      if (n !== 3) return;
      await bench.store.control(id, "ada", verb, bench.clock());
      await untilAborted(bench, signal);
    });
    await bench.aWorker().drain();
    const job = await bench.jobOf(id);
    expect(job).toMatchObject({ state: verb === "cancel" ? "cancelled" : "paused", attempt: 1 });
    expect(events).toEqual(["left at 2"]);
  });

  test("hurries a job on whose time is up, which costs no attempt", async () => {
    const { bench, id } = await count(async (n, signal) => {
      if (n === 3) await untilAborted(bench, signal);
    });
    await bench.aWorker().drain(8_000);
    expect(await bench.jobOf(id)).toMatchObject({ state: "queued", attempt: 1, losses: 0 });
    expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(2));
  });

  test("tells an aborted read from a failure that came at the same time", async () => {
    const endWith = async (error: Error) => {
      const { bench, id } = await count(async (n, signal) => {
        if (n !== 3) return;
        await untilAborted(bench, signal).catch(() => Promise.reject(error));
      });
      await bench.aWorker().drain(8_000);
      return (await bench.jobOf(id)).state;
    };
    expect(await endWith(Object.assign(new Error("gone"), { name: "AbortError" }))).toBe("queued");
    expect(await endWith(new Error("broken"))).toBe("retrying");
  });

  test("lets a job alone that has committed nothing yet, however late it is", async () => {
    const slow = setUpBench({
      definitions: [actJob],
      services: ({ pass }) => ({ act: (_context: unknown, signal: AbortSignal) => untilAborted({ pass }, signal) }),
    });
    const slowId = await slow.enqueue({ name: actJob.name, input: null });
    await slow.aWorker().drain(1);
    expect(await slow.jobOf(slowId)).toMatchObject({
      state: "queued",
      checkpoint: { stages: { act: { result: "never told to hurry" } } },
    });
  });

  test("hurries a job on that another worker holds, and nothing it wrote counts", async () => {
    const { bench, id } = await count(async (n, signal) => {
      if (n !== 3 || signal.aborted) return;
      bench.pass(LEASE_MS);
      await bench.tend();
      await untilAborted(bench, signal);
    });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ attempt: 1 });
  });
});

/** Lets everything that is under way come to its end. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
