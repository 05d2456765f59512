import { expect, test } from "vitest";
import { createTestQueue } from "@/lib/testing/create-test-queue";
import { createEffects } from "@/lib/testing/effects";
import { everyCrash } from "@/lib/testing/every-crash";
import { countWords } from "@/tests/testing/word-count";

const lines = ["Long jobs", "on", "short functions", "lose no rows", "and count none twice"];

/** A queue with one job in it, and what was mailed. */
async function setUp() {
  const effects = createEffects();
  const mails = { send: (to: string, _words: number, key: string) => effects.happen(`mail to ${to}`, key) };
  const queue = createTestQueue({ definitions: [countWords], services: () => ({ mails }) });
  const job = await queue.submit(countWords, { lines, to: "ada" });
  return { queue, job, effects };
}

async function expectAllCounted({ job, effects }: Awaited<ReturnType<typeof setUp>>) {
  expect(await job.output()).toEqual({ words: 12 });
  expect(await job.rows("lines")).toEqual([2, 1, 2, 3, 4].map((words, line) => ({ line, words })));
  effects.once("mail to ada");
}

test("counts each line, and mails the sum", async () => {
  const world = await setUp();
  await world.queue.run();
  await expectAllCounted(world);
});

test("goes on where its time was over", async () => {
  const world = await setUp();
  await world.queue.run({ stopAt: { stage: "count", when: (cursor: { line: number }) => cursor.line === 3 } });
  expect(await world.job.read()).toMatchObject({ state: "queued", checkpoint: { stages: { count: { done: 3 } } } });
  await world.queue.run();
  await expectAllCounted(world);
});

test("counts each line once, and mails once, wherever its worker is killed", async () => {
  expect(await everyCrash(setUp, expectAllCounted)).toBeGreaterThan(20);
});
