import type { JobStore } from "@/lib/core/job-store";
import type { Deps } from "@/lib/store/jobs/decide-again";
import { askForKick, takeKickBack } from "@/lib/store/jobs/kicks";
import { pausedPlace } from "@/lib/store/jobs/places";
import { ANY } from "@/lib/store/jobs/transition";

/** A queue is paused while a document says so, which every claim and every kick asks for in its own write. */
export function createQueuePause({ ledger, nonce }: Deps): Pick<JobStore, "pauseQueue" | "resumeQueue"> {
  return {
    async pauseQueue(queue, now) {
      const text = JSON.stringify({ pausedAt: now });
      await ledger.apply([{ puts: [{ key: pausedPlace(queue), expect: ANY, entry: { rev: 1, text } }] }]);
    },

    /** A kick from before the pause may have been spent on finding it paused, so it does not count. */
    async resumeQueue(queue, now) {
      const kick = { queue, nonce: nonce(), delayMs: 0 };
      await ledger.apply([
        { puts: [{ key: pausedPlace(queue), expect: ANY, entry: null }] },
        takeKickBack(queue, null),
        askForKick(queue, kick.nonce, now),
      ]);
      return [kick];
    },
  };
}
