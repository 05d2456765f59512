import type { Bytes } from "@/lib/core/file-store";
import { AppError } from "@/lib/errors";

/**
 * Passes bytes on, and fails as soon as there are more than expected, or at the end if there were fewer:
 * before a file store makes the file visible.
 *
 * @throws AppError `too_large` or `invalid_request`
 */
export async function* exactBytes(bytes: Bytes, expected: number): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
    size += piece.length;
    if (size > expected) throw new AppError("too_large", `There are more than the ${expected} bytes expected here.`);
    yield piece;
  }
  if (size < expected) {
    throw new AppError("invalid_request", `There are only ${size} of the ${expected} bytes expected here.`);
  }
}

/**
 * All bytes in one piece, if they are no more than `max`.
 *
 * @throws AppError `too_large`
 */
export async function collectBytes(bytes: Bytes, max: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
    size += piece.length;
    if (size > max)
      throw new AppError("too_large", `A file sent in one call has at most ${max} bytes. Upload it in parts.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}
