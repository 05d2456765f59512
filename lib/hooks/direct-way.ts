import { ApiProblem, unreachable } from "@/lib/hooks/fetch-json";
import { forgetWay, rememberedWay, rememberWay } from "@/lib/hooks/remembered-way";

/** The service takes no smaller parts than 5 MB, but for the last one. */
export const DIRECT_PART_BYTES = 8 * 1024 * 1024;

/** A line this quiet is dead. The client would go on trying for a quarter of an hour, without a word. */
const SILENCE_MS = 30_000;

/** A file's way past the application, into its file store. */
export interface DirectWay {
  /** Numbers of the parts that went it before this page was loaded, from 1. */
  readonly sent: readonly number[];
  readonly putPart: (part: DirectPart, signal: AbortSignal) => Promise<void>;
  /** Makes the file of the parts that were sent. */
  readonly end: (signal: AbortSignal) => Promise<void>;
  /** Leaves what was sent behind: the next way is a new one. */
  readonly abandon: () => void;
}

interface DirectPart {
  readonly n: number;
  readonly bytes: ArrayBuffer;
  readonly onSent: (bytes: number) => void;
}

interface Place {
  readonly pathname: string;
  /** What the application gave for this one file. */
  readonly token: string;
  readonly silenceMs?: number;
}

/**
 * Opens a way into Vercel Blob, or again the one that was left before a reload. Its client is loaded only now: most
 * pages never need it. @throws ApiProblem
 */
export async function openDirectWay(place: Place, signal: AbortSignal): Promise<DirectWay> {
  const { pathname, token, silenceMs = SILENCE_MS } = place;
  const { client, isTemporary } = await loadClient();
  const options = { access: "private", token, contentType: "application/octet-stream" } as const;

  /** One call, given up once the line is quiet: with a problem that says whether another try makes sense. */
  async function call<Result>(
    until: AbortSignal,
    action: (abortSignal: AbortSignal, onHeard: () => void) => Promise<Result>,
  ): Promise<Result> {
    const own = new AbortController();
    const givenUp = Promise.withResolvers<never>();
    const giveUp = () => {
      givenUp.reject(until.aborted ? until.reason : unreachable());
      own.abort();
    };
    let silence = setTimeout(giveUp, silenceMs);
    const onHeard = () => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, silenceMs);
    };
    until.addEventListener("abort", giveUp);
    try {
      until.throwIfAborted();
      return await Promise.race([action(own.signal, onHeard), givenUp.promise]);
    } catch (error) {
      until.throwIfAborted();
      if (error instanceof ApiProblem) throw error;
      throw isTemporary(error) ? unreachable({ cause: error }) : refused(error);
    } finally {
      clearTimeout(silence);
      until.removeEventListener("abort", giveUp);
    }
  }

  const open = (abortSignal: AbortSignal) => client.createMultipartUpload(pathname, { ...options, abortSignal });
  const begun = rememberedWay(pathname) ?? { ...(await call(signal, open)), parts: [] };
  const upload = { ...options, key: begun.key, uploadId: begun.uploadId };
  const parts = new Map(begun.parts.map(({ partNumber, etag }) => [partNumber, etag]));
  const inOrder = () =>
    [...parts].map(([partNumber, etag]) => ({ partNumber, etag })).toSorted((a, b) => a.partNumber - b.partNumber);

  return {
    sent: [...parts.keys()],
    abandon: () => void forgetWay(),

    putPart: ({ n, bytes, onSent }, until) =>
      call(until, async (abortSignal, onHeard) => {
        const onUploadProgress = ({ loaded }: { loaded: number }) => {
          onHeard();
          onSent(loaded);
        };
        const sending = { ...upload, partNumber: n, abortSignal, onUploadProgress };
        const { etag } = await client.uploadPart(pathname, bytes, sending);
        parts.set(n, etag);
        rememberWay({ pathname, key: begun.key, uploadId: begun.uploadId, parts: inOrder() });
      }),

    end: (until) =>
      call(until, async (abortSignal) => {
        await client.completeMultipartUpload(pathname, inOrder(), { ...upload, abortSignal });
        forgetWay();
      }),
  };
}

async function loadClient() {
  const [client, errors] = await Promise.all([import("@vercel/blob/client"), import("@vercel/blob")]).catch(
    (cause: unknown) => {
      throw unreachable({ cause });
    },
  );
  const { BlobServiceNotAvailable, BlobServiceRateLimited, BlobUnknownError, BlobRequestAbortedError } = errors;
  const temporary = [
    TypeError,
    BlobServiceNotAvailable,
    BlobServiceRateLimited,
    BlobUnknownError,
    BlobRequestAbortedError,
  ];
  return { client, isTemporary: (error: unknown) => temporary.some((kind) => error instanceof kind) };
}

function refused(cause: unknown): ApiProblem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ApiProblem("upload_refused", `The file store refused the file. ${reason}`, 403, { cause });
}
