import { setTimeout as pause } from "node:timers/promises";
import type { JobView } from "@/lib/contracts/jobs";
import { type ApiClient, isOver } from "@/scripts/api-client";

/** What a follower may do besides waiting. */
export interface FollowOptions {
  readonly onView?: (job: JobView) => void;
  /** Asks this often instead of as often as the server suggests. */
  readonly everyMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Reads a job until it is over, and answers its last view. */
export async function followJob(client: ApiClient, id: string, options: FollowOptions = {}): Promise<JobView> {
  const { onView = () => {}, everyMs, timeoutMs = 30 * 60_000 } = options;
  const until = performance.now() + timeoutMs;
  for (;;) {
    const job = await client.read(id);
    onView(job);
    if (isOver(job)) return job;
    if (performance.now() > until)
      throw new Error(`Job ${id} is still ${job.state} after ${timeoutMs / 1000} seconds.`);
    await pause(everyMs ?? job.pollAfterMs);
  }
}
