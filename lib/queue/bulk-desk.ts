import { type BulkOrder, type BulkVerb, fits, sourceOf } from "@/lib/core/bulk";
import type { Job, JobId } from "@/lib/core/job";
import type { JobStore, Verb } from "@/lib/core/job-store";
import type { WalkCursor } from "@/lib/core/job-walk";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { OPERATOR } from "@/lib/core/owner";
import { AppError } from "@/lib/errors";

/** What became of one job. `skipped`: it has moved on meanwhile, or its state does not allow it. */
export type Acted = { readonly kind: "done" } | { readonly kind: "skipped" | "failed"; readonly code: string };

/** Many jobs of one owner, or of everybody for the operator. */
export interface BulkDesk {
  /** The next jobs that the order means, of up to `limit` that are looked at; the cursor is null at the end. */
  next(
    order: BulkOrder,
    cursor: WalkCursor | null,
    limit: number,
  ): Promise<{ readonly jobs: readonly Job[]; readonly cursor: WalkCursor | null }>;
  /** @throws StoreUnavailableError, and nothing else */
  act(verb: BulkVerb, job: Job): Promise<Acted>;
}

interface BulkDeskDeps {
  readonly store: Pick<JobStore, "walk">;
  readonly control: (id: JobId, owner: string, verb: Verb) => Promise<unknown>;
  readonly remove: (id: JobId, owner: string) => Promise<void>;
  readonly log: { warn(event: string, fields: Readonly<Record<string, unknown>>): void };
}

/** Whose jobs an order of this owner's is about; null for everybody's. Nobody but the operator can name another. */
export const scopeOf = (owner: string, { filter }: Pick<BulkOrder, "filter">): string | null =>
  owner === OPERATOR ? (filter.owner ?? null) : owner;

/** Makes the desk of one owner, for a job of his: a bulk job is none of those that it deals with. */
export function createBulkDesks({ store, control, remove, log }: BulkDeskDeps) {
  return function deskOf(owner: string, self: JobId | null = null): BulkDesk {
    return {
      async next(order, cursor, limit) {
        const scope = scopeOf(owner, order);
        const source = sourceOf(order, scope);
        if (!source) throw new RangeError("No bulk order without a place to look in gets this far.");
        // A line is in the order of places, which are no instants.
        const upTo = source.kind === "queue" ? undefined : order.upTo;
        const page = await store.walk(source, { cursor, limit, upTo });
        return { jobs: page.jobs.filter((job) => job.id !== self && fits(job, order, scope)), cursor: page.cursor };
      },

      async act(verb, job) {
        try {
          if (verb === "delete") await remove(job.id, job.owner);
          else await control(job.id, job.owner, verb);
          return { kind: "done" };
        } catch (error) {
          if (error instanceof StoreUnavailableError) throw error;
          if (error instanceof AppError) return { kind: refusalOf(error), code: error.code };
          const reason = error instanceof Error ? error.message : String(error);
          log.warn("bulk_act_failed", { jobId: job.id, verb, reason });
          return { kind: "failed", code: "unexpected" };
        }
      },
    };
  };
}

/** What a job may answer because it is no longer what the order is about. */
const PASSED_BY = new Set<string>(["not_possible", "not_found", "parent_began_anew"]);
const refusalOf = ({ code }: AppError) => (PASSED_BY.has(code) ? "skipped" : "failed");
