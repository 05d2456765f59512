import type { Kick } from "@/lib/core/job-store";

/** Asks for workers. A kick that gets lost is only late: the sweep kicks again. */
export interface Dispatcher {
  kick(kicks: readonly Kick[]): Promise<void>;
}
