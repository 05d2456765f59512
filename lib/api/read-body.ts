import { AppError } from "@/lib/errors";

/** The most that a JSON body may have: an input of 64 KiB, however it is escaped. */
export const MAX_JSON_BYTES = 256 * 1024;

const tooLarge = (limit: number) =>
  new AppError("too_large", `The body is larger than ${limit} bytes.`, { details: { limit } });

/**
 * The bytes of a request as they come, and not one more than `limit`: who sends more is refused while
 * sending, or before if the length was declared.
 *
 * @throws AppError `too_large`
 */
export async function* bodyOf(request: Request, limit: number): AsyncGenerator<Uint8Array, void, void> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    yield piece;
  }
}

/** A body of JSON; undefined if there is none. @throws AppError `too_large`, `invalid_request` */
export async function readJson(request: Request): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bodyOf(request, MAX_JSON_BYTES)) pieces.push(piece);
  if (pieces.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)));
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not JSON in UTF-8.", { cause });
  }
}
