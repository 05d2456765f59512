import { FileMissingError } from "@/lib/core/file-store";
import { politeWaitMs, unreachableStore, within } from "@/lib/files/blob-call";

interface ReadDeps {
  readonly token: string;
  readonly wait: (ms: number) => Promise<unknown>;
}

interface Wanted {
  /** The blob's address, which only the token opens. */
  readonly url: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Between one request and the next that brings no byte more. */
const WAITS_MS = [100, 500, 2_000, 5_000];

/** A line this quiet is dead. */
const SILENCE_MS = 20_000;
const PIECE_BYTES = 256 * 1024;

/** What made a request useless; another one may do. */
class BrokenRead extends Error {
  override readonly name = "BrokenRead";

  constructor(
    readonly waitMs: number | undefined,
    options: ErrorOptions,
  ) {
    super("A read from the file store broke off.", options);
  }
}

/**
 * The bytes of a blob, in small pieces as the reader takes them. A stream that breaks is taken up where it
 * stopped, as long as it is the same content.
 */
export async function* readBlob(deps: ReadDeps, wanted: Wanted): AsyncGenerator<Uint8Array, void, void> {
  const state = { position: wanted.start, etag: null as string | null };
  for (let failures = 0; ; failures += 1) {
    const before = state.position;
    try {
      return yield* readOnce(deps, wanted, state);
    } catch (error) {
      if (!(error instanceof BrokenRead)) throw error;
      if (state.position > before) failures = 0;
      const waitMs = WAITS_MS[failures];
      if (waitMs === undefined) throw unreachableStore(error.cause);
      await deps.wait(error.waitMs ?? waitMs);
    }
  }
}

async function* readOnce(
  { token }: ReadDeps,
  { url, name, start, end }: Wanted,
  state: { position: number; etag: string | null },
): AsyncGenerator<Uint8Array, void, void> {
  const own = new AbortController();
  const isWhole = start === 0 && end === Number.POSITIVE_INFINITY && state.position === 0;
  try {
    const response = await inTime(() =>
      fetch(url, {
        signal: own.signal,
        headers: {
          authorization: `Bearer ${token}`,
          "accept-encoding": "identity", // places in the file are places in what comes
          ...(isWhole ? {} : { range: `bytes=${state.position}-${Number.isFinite(end) ? end - 1 : ""}` }),
        },
      }),
    );
    if (response.status === 416) return; // it ends before
    if (response.status === 404) throw new FileMissingError(name);
    if (!response.ok) throw refusal(response);

    const etag = response.headers.get("etag");
    if (state.etag !== null && etag !== state.etag)
      throw new Error(`The file "${name}" was replaced while it was read.`);
    state.etag = etag;

    const { from, until } = extentOf(response);
    let skip = state.position - from;
    const reader = response.body?.getReader();
    for (;;) {
      const { done = true, value } = (await inTime(async () => reader?.read())) ?? {};
      if (done || value === undefined) break;
      const fresh = value.subarray(Math.min(skip, value.length));
      skip -= value.length - fresh.length;
      for (let cut = 0; cut < fresh.length; cut += PIECE_BYTES) {
        const piece = fresh.subarray(cut, Math.min(cut + PIECE_BYTES, cut + end - state.position));
        if (piece.length === 0) return;
        state.position += piece.length;
        yield piece;
      }
    }
    if (state.position < Math.min(end, until)) throw new BrokenRead(undefined, { cause: "It ended too early." });
  } finally {
    own.abort(); // whoever stops reading early leaves no connection behind
  }
}

/** Every failure on the line, and every silence, is a broken read. */
const inTime = <Result>(action: () => Promise<Result>): Promise<Result> =>
  within(SILENCE_MS, action).catch((cause: unknown) => {
    throw new BrokenRead(undefined, { cause });
  });

/** Which bytes of the file an answer carries. A server may ignore the range and send the whole. */
function extentOf({ status, headers }: Response): { from: number; until: number } {
  const [, first, last] = /^bytes (\d+)-(\d+)/.exec(headers.get("content-range") ?? "") ?? [];
  if (status === 206 && first && last) return { from: Number(first), until: Number(last) + 1 };
  return { from: 0, until: Number(headers.get("content-length") ?? 0) };
}

function refusal({ status, headers }: Response): Error {
  const cause = `Vercel Blob answered ${status}.`;
  if (status === 429) return new BrokenRead(politeWaitMs(Number(headers.get("retry-after") ?? 0)), { cause });
  if (status >= 500 || status === 408) return new BrokenRead(undefined, { cause });
  return new Error(cause);
}
