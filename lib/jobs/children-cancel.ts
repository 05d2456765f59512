import { z } from "zod";
import { JobId } from "@/lib/core/job";
import { defineJob } from "@/lib/jobs/define-job";

/** Cancels what a job has spawned that failed or was cancelled itself: as many as it likes, a page at a time. */
export const cancelChildren = defineJob({
  name: "children.cancel",
  queue: "children",
  input: z.object({ parentId: JobId }),
  output: z.null(),
  stages: {
    cancel: { label: "Cancelling what it has spawned", cursor: z.object({ group: z.int(), at: z.int() }) },
  },
  retry: { maxAttempts: 20 },

  async *run({ input: { parentId }, stage, services }) {
    return yield* stage("cancel", {}, async function* ({ cursor = { group: 0, at: 0 } }) {
      let next = await services.children.cancelSome(parentId, cursor);
      while (next) {
        yield { cursor: next };
        next = await services.children.cancelSome(parentId, next);
      }
      return null;
    });
  },
});
