import type { FileStore } from "@/lib/core/file-store";
import type { Job, JobId } from "@/lib/core/job";
import { AppError } from "@/lib/errors";
import type { Json } from "@/lib/json";
import type { Read } from "@/lib/queue/read";

/** A large result is read from its file as it is sent. */
export type Output =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "file"; readonly bytes: AsyncIterable<Uint8Array>; readonly size: number };

/** Reads what a completed job has returned. @throws AppError `not_finished`, `job_failed`, `job_cancelled` */
export function createReadOutput({ read, files }: { readonly read: Read; readonly files: Pick<FileStore, "read"> }) {
  return async function readOutput(id: JobId, owner: string): Promise<Output> {
    const { job } = await read(id, owner);
    if (job.state !== "completed") throw noOutput(job);
    const { output } = job;
    if ("value" in output) return { kind: "value", value: output.value };
    return { kind: "file", bytes: files.read(output.file), size: output.bytes };
  };
}

function noOutput(job: Exclude<Job, { state: "completed" }>): AppError {
  if (job.state === "failed") {
    const title = `The job has failed, so it has no result: ${job.error.message}`;
    return new AppError("job_failed", title, { details: { error: job.error } });
  }
  if (job.state === "cancelled") return new AppError("job_cancelled", "The job was cancelled, so it has no result.");
  const title = `The job is ${job.state}. It has a result once it has completed.`;
  return new AppError("not_finished", title, { details: { state: job.state } });
}
