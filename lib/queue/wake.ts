import type { Job, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";
import type { Json } from "@/lib/json";
import type { Publish } from "@/lib/queue/publish";
import { jobNotFound } from "@/lib/queue/read";

interface WakeDeps {
  readonly store: Pick<JobStore, "wake">;
  readonly publish: Publish;
  readonly clock: () => number;
  readonly newWakeId: () => string;
}

export interface WakeCall {
  /** What the job waits for. */
  readonly name: string;
  readonly payload: Json;
  /** A wake that comes twice with the same id wakes once. */
  readonly id?: string | undefined;
}

/** A payload stands in the job's record. */
const MAX_PAYLOAD_BYTES = 64 * 1024;

/**
 * Wakes a job that waits for this name, or keeps the wake until it does. `owner` null: whoever's job it is.
 *
 * @throws AppError `not_found`, `not_possible`, `too_many_wakes`, `too_large`
 */
export function createWake({ store, publish, clock, newWakeId }: WakeDeps) {
  return async function wake(jobId: JobId, owner: string | null, call: WakeCall): Promise<Job> {
    const bytes = Buffer.byteLength(JSON.stringify(call.payload));
    if (bytes > MAX_PAYLOAD_BYTES) {
      const title = `The payload is ${bytes} bytes, and ${MAX_PAYLOAD_BYTES} is the most. Send where it is to be found.`;
      throw new AppError("too_large", title, { details: { limit: MAX_PAYLOAD_BYTES } });
    }
    // With an id of its own, a call that the store had to send twice counts once.
    const { name, payload, id = newWakeId() } = call;
    const answer = await store.wake(jobId, owner, { id, name, payload }, clock());
    if (!answer) throw jobNotFound();
    switch (answer.kind) {
      case "done":
        await publish(answer.kicks);
        return answer.job;
      case "finished": {
        const { state } = answer.job;
        throw new AppError("not_possible", `The job is ${state}, so it cannot be woken.`, { details: { state } });
      }
      case "too_many_wakes":
        throw new AppError(
          "too_many_wakes",
          "The job has as many unread wakes as it can keep. Send this one again later, with the same id.",
        );
    }
  };
}
