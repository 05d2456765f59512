import type { JobId } from "@/lib/core/job";
import type { QueueLimits } from "@/lib/worker/create-worker";
import { setUpBench } from "@/tests/support/bench";
import { type CountServices, countJob } from "@/tests/support/count-job";

/** Jobs that count to three by default, each number taking 400 ms. */
export function setUpCounting(
  { isStoreLocal = false, ...limits }: Partial<QueueLimits> & { readonly isStoreLocal?: boolean } = {},
  onNumber: CountServices["onNumber"] = () => {},
) {
  const events: string[] = [];
  const bench = setUpBench({
    definitions: [countJob],
    services: ({ pass }) => ({
      events,
      onNumber: async (n, signal) => {
        pass(400);
        await onNumber(n, signal);
      },
    }),
    limits,
    isStoreLocal,
  });
  const enqueue = (to = 3) => bench.enqueue({ name: countJob.name, input: { to } });
  const enqueueMany = async (count: number) => {
    const ids: JobId[] = [];
    for (let i = 0; i < count; i += 1) ids.push(await enqueue());
    return ids;
  };
  const statesOf = (ids: readonly JobId[]) => Promise.all(ids.map(async (id) => (await bench.jobOf(id)).state));
  return { ...bench, events, enqueue, enqueueMany, statesOf };
}
