import type { JobView } from "@/lib/contracts/jobs";
import type { ImportSummary } from "@/lib/contracts/transactions-import";
import type { Life } from "@/rehearsal/instance";
import type { Exported } from "@/rehearsal/undisturbed";

/** What a view of a job showed. */
export interface Seen {
  readonly percent: number;
  readonly rows: number;
}

interface Output {
  readonly summary: ImportSummary;
  readonly bytes: Exported;
}

/** All that was observed of one job. */
export interface JobRecord {
  readonly name: string;
  readonly id: string;
  readonly mayBeCancelled: boolean;
  readonly end: Pick<JobView, "state" | "attempt" | "error">;
  readonly isOver: boolean;
  readonly seen: readonly Seen[];
  /** How many jobs its owner has, who asked for one. */
  readonly ownJobs: number;
  readonly expected: Output;
  /** Null if it did not complete. */
  readonly found: Output | null;
}

export interface Observed {
  readonly jobs: readonly JobRecord[];
  /** Jobs whose owner could not bring it to an end, with the reason. */
  readonly troubles: readonly string[];
  readonly lives: readonly Life[];
  /** How late the rehearsal itself, which kills and sees the end, came to its turn at worst. */
  readonly watchedLateMs: number;
  /** How often each job threw. */
  readonly throws: ReadonlyMap<string, number>;
}
