import { AppError } from "@/lib/errors";

/** The most that a JSON body may have: an input of 64 KiB, however it is escaped. */
export const MAX_JSON_BYTES = 256 * 1024;

/** Deeper than any input that somebody means. */
const MAX_DEPTH = 100;

const tooLarge = (limit: number) =>
  new AppError("too_large", `The body is larger than ${limit} bytes.`, { details: { limit } });

/**
 * The bytes of a request as they come, and not one more than `limit`: who sends more is refused while
 * sending, or before if the length was declared.
 *
 * @throws AppError `too_large`, `invalid_request` if it breaks off
 */
export async function* bodyOf(request: Request, limit: number): AsyncGenerator<Uint8Array, void, void> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  let size = 0;
  for await (const piece of sentWith(request)) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    yield piece;
  }
}

/** Whoever leaves in the middle of a body has made the request fail, not we. */
async function* sentWith({ body }: Request): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw new AppError("invalid_request", "The body broke off before its end.", { cause });
  }
}

/** A body of JSON; undefined if there is none. @throws AppError `too_large`, `invalid_request` */
export async function readJson(request: Request): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bodyOf(request, MAX_JSON_BYTES)) pieces.push(piece);
  if (pieces.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)));
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not JSON in UTF-8.", { cause });
  }
  const fault = faultOf(value);
  if (fault !== null) throw new AppError("invalid_request", fault);
  return value;
}

/** Level by level and not by recursion: `JSON.parse` reads what would overflow the stack of whoever walks it. */
function faultOf(body: unknown): string | null {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    // Read as Infinity, it would be kept as null.
    if (level.some((value) => value === Infinity || value === -Infinity)) return "The body holds a number too large.";
    const objects = level.filter(isObject);
    if (depth === MAX_DEPTH && objects.length > 0) return `The body is nested more than ${MAX_DEPTH} levels deep.`;
    level = objects.flatMap((value) => Object.values(value));
  }
  return null;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
