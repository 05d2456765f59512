import { describe, expect, test } from "vitest";
import type { Job } from "@/lib/core/job";
import type { EnqueueAnswer } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { jobPlace } from "@/lib/store/jobs/places";
import { tellApart } from "@/lib/store/jobs/tell-apart";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aNewJob, NOW, RETENTION } from "@/tests/support/builders";
import { brokenPromises } from "@/tests/support/promises";

const DAY_MS = 24 * 3_600_000;

const inLane = () => aNewJob({ concurrencyKey: "k" });

describe("a batch of jobs of one lane", () => {
  test.each([1, 2, 3])("stands in line behind %i others who came while it was decided", async (others) => {
    const ledger = createMemoryLedger({ clock: () => NOW });
    let nonces = 0;
    const storeOver = (own: Ledger) =>
      createJobStore({ ledger: own, retention: RETENTION, nonce: () => `n${++nonces}` });
    const store = storeOver(ledger);
    const [rivals, batch] = [Array.from({ length: others }, inLane), [inLane(), inLane(), inLane()]];
    let isOvertaken = false;
    const late = storeOver({
      ...ledger,
      async apply(changes) {
        if (!isOvertaken) {
          isOvertaken = true;
          for (const rival of rivals) await store.enqueue([rival], NOW);
        }
        return ledger.apply(changes);
      },
    });

    const { answers } = await late.enqueue(batch, NOW);
    expect(answers.map(({ kind }) => kind)).toEqual(["added", "added", "added"]);
    const jobs = async () => {
      const kept = await store.getMany([...rivals, ...batch].map(({ id }) => id));
      return kept.flatMap((one): Job[] => (one ? [one.job] : []));
    };
    expect(await jobs()).toHaveLength(others + 3);
    expect(await brokenPromises(ledger, { jobs, now: () => NOW })).toEqual([]);
  });
});

describe("a request that is repeated when its window ends", () => {
  test("makes one job, whoever else repeats it in that moment", async () => {
    let now = NOW;
    const ledger = createMemoryLedger({ clock: () => now });
    let nonces = 0;
    const storeOver = (own: Ledger) =>
      createJobStore({ ledger: own, retention: RETENTION, nonce: () => `n${++nonces}` });
    const store = storeOver(ledger);
    const request = () => aNewJob({ idempotency: { key: "k", fingerprint: "f" } });
    const first = request();
    await store.enqueue([first], now);
    await ledger.apply([{ puts: [{ key: jobPlace(first.id), expect: NOW, entry: null }] }]); // forgotten long ago
    now += DAY_MS - 1;
    let hasRead = false;
    let other: EnqueueAnswer | undefined;
    const late = storeOver({
      ...ledger,
      async read(keys) {
        hasRead = true;
        return ledger.read(keys);
      },
      async apply(changes) {
        if (hasRead && !other) {
          now += 1;
          [other] = (await store.enqueue([request()], now)).answers;
        }
        return ledger.apply(changes);
      },
    });
    const { answers } = await late.enqueue([request()], now);
    expect(other?.kind).toBe("added");
    expect(answers).toEqual([{ kind: "existing", job: other?.job }]);
  });
});

describe("tellApart", () => {
  const put = (key: string, expect: number, text = "") => ({ key, expect, entry: { rev: expect + 1, text } });
  const alone = { puts: [put("alone", 4)], adds: [{ counter: "c", by: 1 }] };

  test("leaves changes alone that share no document", () => {
    const changes = [alone, { moves: [] }, { puts: [put("other", 4)] }];
    expect(tellApart(changes, () => expect.fail("no nonce is needed"))).toEqual(changes);
  });

  test("leaves those alone that only ask whether a document is still so", () => {
    const guard = { key: "parent", expect: 4, entry: { rev: 4, text: "" } };
    const changes = [{ puts: [put("a", 1), guard] }, { puts: [put("b", 1), guard] }];
    expect(tellApart(changes, () => expect.fail("no nonce is needed"))).toEqual(changes);
    const [written] = tellApart([{ puts: [put("parent", 4)] }, { puts: [guard] }], () => "n1");
    expect(written).toEqual({ puts: [put("parent", 4)] });
  });

  test("shows each change the one before by a revision that nobody else writes, and ends with the one that was meant", () => {
    const guard = { key: "lane", expect: 0, entry: null };
    const chain = [alone, { puts: [put("lane", 4)] }, { puts: [put("lane", 5)] }, { puts: [put("lane", 6)] }];
    const [first, ...lanes] = tellApart(chain, () => "n1");
    expect(first).toEqual(alone);
    const puts = lanes.map(({ puts: [only] = [] }) => only);
    const [one, two] = puts.map((only) => only?.entry?.rev ?? 0);
    expect(puts.map((only) => [only?.expect, only?.entry?.rev])).toEqual([
      [4, one],
      [one, two],
      [two, 7],
    ]);
    expect(Math.min(one ?? 0, two ?? 0)).toBeGreaterThan(1_000_000);
    const [, ...asked] = tellApart([{ puts: [guard] }, ...chain.slice(1)], () => "n1");
    expect(asked).toEqual(lanes);
    expect(tellApart([{ puts: [guard] }, { puts: [guard] }], () => "n1")).toEqual([
      { puts: [guard] },
      { puts: [guard] },
    ]);
  });
});
