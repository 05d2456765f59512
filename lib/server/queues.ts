import type { QueueLimits } from "@/lib/worker/create-worker";

/** What each queue allows. An import keeps one core busy, so few run side by side. */
const LIMITS: Readonly<Record<string, QueueLimits>> = {
  imports: { concurrency: 4, slots: 2 },
  // They wait for others' servers, up to 15 s each.
  webhooks: { concurrency: 100, slots: 50 },
  // Each has ten calls to the store on their way.
  bulk: { concurrency: 4, slots: 2 },
};

const DEFAULT_LIMITS: QueueLimits = { concurrency: 100, slots: 20 };

export const limitsOf = (queue: string): QueueLimits => LIMITS[queue] ?? DEFAULT_LIMITS;
