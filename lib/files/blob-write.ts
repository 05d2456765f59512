import { completeMultipartUpload, createMultipartUpload, type PutBlobResult, put, uploadPart } from "@vercel/blob";
import type { Bytes } from "@/lib/core/file-store";
import type { BlobCall } from "@/lib/files/blob-call";
import { inChunks } from "@/lib/files/blob-chunks";

/** What is kept in memory to be sent again when a line breaks. The service takes no smaller parts than 5 MB. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/** Browsers never see a blob, so its type says nothing that could make one run it. */
export const STORED_TYPE = "application/octet-stream";

/** How every blob is written. */
export const WRITTEN = {
  access: "private",
  allowOverwrite: true,
  addRandomSuffix: false,
  contentType: STORED_TYPE,
} as const;

/** Writes a blob whole: it is there when the last byte is, or not at all. */
export function createBlobWriter({ token, call }: { readonly token: string; readonly call: BlobCall }) {
  const options = { ...WRITTEN, token };

  return async function write(pathname: string, bytes: Bytes): Promise<{ size: number; blob: PutBlobResult }> {
    const chunks = inChunks(bytes, CHUNK_BYTES);
    const first = await next(chunks);
    const second = first.length === CHUNK_BYTES ? await chunks.next() : { done: true as const };
    if (second.done) {
      const blob = await call((abortSignal) => put(pathname, first, { ...options, abortSignal }));
      return { size: first.length, blob };
    }
    return writeInParts(pathname, [first, second.value], chunks);
  };

  /** One part after the other. What a broken writer leaves unfinished is never seen by anybody. */
  async function writeInParts(pathname: string, begun: readonly Buffer[], rest: AsyncIterable<Buffer>) {
    const { key, uploadId } = await call((abortSignal) => createMultipartUpload(pathname, { ...options, abortSignal }));
    const upload = { ...options, key, uploadId };
    const parts: { etag: string; partNumber: number }[] = [];
    let size = 0;
    for await (const chunk of chain(begun, rest)) {
      const partNumber = parts.length + 1;
      parts.push(await call((abortSignal) => uploadPart(pathname, chunk, { ...upload, partNumber, abortSignal })));
      size += chunk.length;
    }
    const blob = await call((abortSignal) => completeMultipartUpload(pathname, parts, { ...upload, abortSignal }));
    return { size, blob };
  }
}

async function next(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const { done, value } = await chunks.next();
  return done ? Buffer.alloc(0) : value;
}

async function* chain(begun: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* begun;
  yield* rest;
}
