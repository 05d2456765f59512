import type { FileView, UploadView } from "@/lib/contracts/uploads";
import { DIRECT_PART_BYTES } from "@/lib/hooks/direct-way";
import { ApiProblem } from "@/lib/hooks/fetch-json";
import { type Persistence, persist } from "@/lib/hooks/persist";
import type { DirectUpload, UploadApi } from "@/lib/hooks/upload-api";
import { missingParts, partBytes, partRange } from "@/lib/hooks/upload-parts";

const LANES = 3;

export interface UploadWatcher {
  /** The id to go on with after a reload. */
  readonly onStarted: (upload: UploadView) => void;
  /** Bytes that have arrived or are on their way; never less than before. */
  readonly onSent: (bytes: number) => void;
  /** A hitch that is being repeated; the next `onSent` ends it. */
  readonly onTrouble: (problem: ApiProblem) => void;
}

type Source = Pick<File, "name" | "size" | "type" | "slice">;

type Layout = Pick<UploadView, "size" | "partSize"> & { readonly parts: readonly number[] };

interface Part {
  readonly n: number;
  readonly bytes: ArrayBuffer;
  readonly onSent: (bytes: number) => void;
}

/**
 * Sends a file in parts, three at a time, only those that are not there yet, until the server has all of it: by
 * way of the application, or straight to its file store where that is offered.
 * A broken connection is waited out. @throws ApiProblem when refused for good, the signal's reason when aborted
 */
export async function uploadFile(
  { file, resumeId, signal }: { readonly file: Source; readonly resumeId: string | null; readonly signal: AbortSignal },
  watcher: UploadWatcher,
  { api, ...persistence }: Persistence & { readonly api: UploadApi },
): Promise<FileView> {
  const insist = <Result>(action: () => Promise<Result>, until = signal) =>
    persist(action, { signal: until, onTrouble: watcher.onTrouble }, persistence);

  let upload = (resumeId && (await resumed(resumeId))) || (await insist(() => api.start(file, signal)));
  watcher.onStarted(upload);
  for (;;) {
    await send(upload);
    try {
      return await insist(() => api.complete(upload.uploadId, signal));
    } catch (problem) {
      // a part that the server has lost in between is sent again
      if (!(problem instanceof ApiProblem) || problem.code !== "parts_missing") throw problem;
      upload = await insist(() => api.view(upload.uploadId, signal));
    }
  }

  async function resumed(uploadId: string): Promise<UploadView | null> {
    try {
      return await insist(() => api.view(uploadId, signal));
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 404) return null; // forgotten there: start anew
      throw problem;
    }
  }

  function send(upload: UploadView): Promise<void> {
    if (upload.method === "blob") return sendDirectly(upload);
    return sendMissing(upload, (part, until) => api.putPart({ uploadId: upload.uploadId, ...part }, until));
  }

  async function sendDirectly(upload: DirectUpload): Promise<void> {
    if (upload.parts.length > 0) return watcher.onSent(upload.size); // all of it is there
    const way = await insist(() => api.openDirect(upload, signal));
    try {
      await sendMissing({ size: upload.size, partSize: DIRECT_PART_BYTES, parts: way.sent }, way.putPart);
      await insist(() => way.end(signal));
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      // refused as a repeat, it may have come to its end before: the answer was lost
      const { parts } = await insist(() => api.view(upload.uploadId, signal));
      way.abandon();
      if (parts.length > 0) return;
      if (way.sent.length === 0) throw problem;
      return sendDirectly(upload); // the file store has forgotten what went there before: from the beginning
    }
  }

  async function sendMissing(
    upload: Layout,
    putPart: (part: Part, until: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const missing = missingParts(upload);
    const queue = missing.values();
    const tally = createTally(upload, missing, watcher.onSent);
    const failed = new AbortController();
    const until = AbortSignal.any([signal, failed.signal]);

    async function lane(): Promise<void> {
      for (const n of queue) await insist(() => sendPart(n), until);
    }
    async function sendPart(n: number): Promise<void> {
      const { start, end } = partRange(n, upload);
      const bytes = await file.slice(start, end).arrayBuffer(); // throws if the file has changed on disk
      until.throwIfAborted();
      await putPart({ n, bytes, onSent: (sent) => tally.set(n, sent) }, until);
      tally.set(n, bytes.byteLength);
    }

    const lanes = Array.from({ length: LANES }, () =>
      lane().catch((problem: unknown) => {
        failed.abort(problem); // one part refused for good: the others need not finish
        throw problem;
      }),
    );
    await Promise.all(lanes);
  }
}

/** Adds up what has arrived and what is on its way. A part sent twice counts once, and the sum never falls. */
function createTally(upload: Layout, missing: readonly number[], onSent: (bytes: number) => void) {
  const onTheWay = new Map<number, number>();
  const arrived = upload.size - missing.reduce((sum, n) => sum + partBytes(n, upload), 0);
  let shown = arrived;
  onSent(shown);
  return {
    set(n: number, bytes: number) {
      onTheWay.set(n, Math.min(bytes, partBytes(n, upload)));
      let sum = arrived;
      for (const sent of onTheWay.values()) sum += sent;
      shown = Math.max(shown, sum);
      onSent(shown);
    },
  };
}
