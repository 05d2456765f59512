import { rateOf } from "@/lib/core/job-limits";
import type { Duration } from "@/lib/duration";
import type { QueueLimits } from "@/lib/worker/create-worker";

interface QueueSpec {
  readonly concurrency: number | null;
  readonly slots: number;
  /** So many attempts at its jobs begin in any such span, everywhere. */
  readonly rate?: { readonly limit: number; readonly per: Duration };
}

/** What each queue allows. An import keeps one core busy, so few run side by side. */
const QUEUES: Readonly<Record<string, QueueSpec>> = {
  imports: { concurrency: 4, slots: 2 },
  // They wait for others' servers, up to 15 s each.
  webhooks: { concurrency: 100, slots: 50 },
  // Each has ten calls to the store on their way.
  bulk: { concurrency: 4, slots: 2 },
};

const DEFAULT_QUEUE: QueueSpec = { concurrency: 100, slots: 20 };

const limits = ({ rate, ...spec }: QueueSpec): QueueLimits => ({ ...spec, rate: rate ? rateOf(rate) : null });

const LIMITS: ReadonlyMap<string, QueueLimits> = new Map(
  Object.entries(QUEUES).map(([queue, spec]) => [queue, limits(spec)]),
);
const DEFAULT_LIMITS = limits(DEFAULT_QUEUE);

export const limitsOf = (queue: string): QueueLimits => LIMITS.get(queue) ?? DEFAULT_LIMITS;
