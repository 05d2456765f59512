import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Lets an order rest for a day, and then asks for an approval, for two days at most. */
export const approveOrder = defineJob({
  name: "order.approve",
  queue: "orders",
  input: z.object({ order: z.string() }),
  output: z.object({ by: z.string().nullable() }),
  stages: {
    rest: { label: "Letting it rest", cursor: z.literal("rested") },
    approval: { label: "Waiting for approval", cursor: z.null() },
  },
  public: true,

  async *run({ stage }) {
    yield* stage("rest", {}, async function* ({ cursor }) {
      if (!cursor) yield { cursor: "rested", wait: "1d" };
    });
    const by = yield* stage("approval", {}, async function* ({ woken }) {
      if (!woken) yield { cursor: null, waitFor: "approved", timeout: "2d" };
      return woken && !woken.timedOut ? z.object({ by: z.string() }).parse(woken.payload).by : null;
    });
    return { by };
  },
});
