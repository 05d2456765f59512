import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { createTestQueue } from "@/lib/testing/create-test-queue";
import { createEffects } from "@/lib/testing/effects";
import { everyCrash } from "@/lib/testing/every-crash";
import { countWords } from "@/tests/testing/word-count";

async function setUp() {
  const effects = createEffects();
  const mails = { send: (to: string, _words: number, key: string) => effects.happen(to, key) };
  const queue = createTestQueue({ definitions: [countWords], services: () => ({ mails }) });
  return { queue, effects, job: await queue.submit(countWords, { lines: ["one two", "three"], to: "ada" }) };
}

test("counts each word once, and mails once, wherever its worker is killed", async () => {
  const crashes = await everyCrash(setUp, async ({ job, effects }) => {
    deepEqual(await job.output(), { words: 3 });
    effects.once("ada");
  });
  ok(crashes > 10);
});
