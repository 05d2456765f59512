import type { AdoptedPart, Part } from "@/lib/core/dataset";
import { jobDefiner } from "@/lib/core/definition";
import type { JobId } from "@/lib/core/job";
import type { PieceReaders } from "@/lib/jobs/piece-readers";
import type { Json } from "@/lib/json";
import type { BulkDesk } from "@/lib/queue/bulk-desk";
import type { CancelPlace } from "@/lib/queue/cancel-children";
import type { Delivered } from "@/lib/webhooks/deliver";
import type { WebhookOrder } from "@/lib/webhooks/order";

/** What jobs may use of the world, bound to the job's owner. The composition root supplies it; tests supply their own. */
export interface Services {
  readonly files: {
    /** @throws FatalError `file_missing` */
    stat(fileId: string): Promise<{ readonly name: string; readonly size: number }>;
    /** The bytes from `start` to `end` (exclusive), in pieces of bounded size. @throws FatalError `file_missing` */
    read(fileId: string, range?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>;
  };
  readonly jobs: {
    /** Ids of the owner's completed, still kept jobs of this name and concurrency key, in the order of completion. */
    completed(name: string, concurrencyKey: string): Promise<readonly string[]>;
  };
  readonly children: {
    /** Cancels some children of a job that was given up, and answers where to go on; null at the end. */
    cancelSome(parentId: JobId, from: CancelPlace): Promise<CancelPlace | null>;
  };
  /** Many jobs of the owner; everybody's for the operator. */
  readonly bulk: BulkDesk;
  readonly datasets: {
    /** The rows of another job of the owner, internal datasets too. None if there is no such job. */
    rows(jobId: string, dataset: string): AsyncIterable<Json>;
    /** Its parts in order, which a job may emit as they are, and the lines of one. */
    parts(jobId: string, dataset: string): AsyncIterable<AdoptedPart>;
    linesOf(part: Part): AsyncIterable<Uint8Array>;
  };
  readonly webhooks: {
    /** Makes one attempt to deliver to the endpoint that owns the job. @throws RetryableError, FatalError */
    deliver(order: WebhookOrder, signal: AbortSignal): Promise<Delivered>;
  };
  /** Reads the rows of statements, beside the event loop where there are processors to spare. */
  readonly pieces: PieceReaders;
}

/** Defines a job whose `services` are this application's. */
export const defineJob = jobDefiner<Services>();
