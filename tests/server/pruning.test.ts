import { expect, test } from "vitest";
import { eventOf } from "@/lib/core/job-event";
import { createListeners } from "@/lib/server/listeners";
import { aJob } from "@/tests/support/builders";

test("ends of jobs make room once for each kind of job that has ended, after they were told", async () => {
  const jobs = [
    aJob("completed"),
    aJob("completed"),
    aJob("failed"),
    aJob("completed", { owner: "bob" }),
    aJob("cancelled"),
  ];
  const retried = aJob("failed");
  const order: string[] = [];
  const tell = createListeners({
    store: {
      getMany: async (ids) =>
        ids.map((id) => {
          const job = jobs.find((one) => one.id === id) ?? aJob("queued", { id });
          return { rev: 1, job };
        }),
    },
    definitions: new Map(),
    cancelChildren: async () => {},
    listeners: [],
    prune: async ({ owner, state }) => void order.push(`pruned ${state} of ${owner}`),
    log: { info: (event) => void order.push(event) },
  });
  await tell([...jobs, retried].map(eventOf));
  expect(order.filter((line) => line.startsWith("pruned"))).toEqual([
    "pruned completed of ada",
    "pruned failed of ada",
    "pruned completed of bob",
    "pruned cancelled of ada",
  ]);
  expect(order).toHaveLength(4 + 6);
});
