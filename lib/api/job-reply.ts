import { byteStream } from "@/lib/api/byte-stream";
import { matchesTag } from "@/lib/api/entity-tag";
import { toJobView, type ViewedDefinition } from "@/lib/api/job-view";
import type { JobView } from "@/lib/contracts/jobs";
import type { Job } from "@/lib/core/job";
import type { Json } from "@/lib/json";

interface Viewing {
  readonly definitions: ReadonlyMap<string, ViewedDefinition>;
  readonly clock: () => number;
}

/** A job as its owner sees it now. */
export const viewOf = ({ definitions, clock }: Viewing, job: Job): JobView =>
  toJobView(job, definitions.get(job.name), clock());

/** A job that was accepted, or was there before. */
export const submittedReply = (view: JobView, isNew: boolean): Response =>
  Response.json(view, {
    status: isNew ? 202 : 200,
    headers: { location: `/api/jobs/${view.id}`, "cache-control": "private, no-store" },
  });

/**
 * A job to be looked at again and again: whoever shows the tag that he has is told "not modified".
 * `no-cache` lets a browser keep the answer and ask with its tag by itself.
 */
export function polledReply(
  viewing: Viewing,
  { tag, job }: { readonly tag: string; readonly job: Job },
  request: Request,
): Response {
  const etag = `"${tag}"`;
  const headers = { etag, "cache-control": "private, no-cache" };
  if (matchesTag(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  return Response.json(viewOf(viewing, job), { headers });
}

type Output =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "file"; readonly bytes: AsyncIterable<Uint8Array>; readonly size: number };

/** A job's result as it is, however large. */
export async function outputReply(output: Output): Promise<Json | Response> {
  if (output.kind === "value") return output.value;
  return new Response(await byteStream(output.bytes), {
    headers: {
      "content-type": "application/json",
      "content-length": String(output.size),
      "cache-control": "private, no-store",
    },
  });
}
