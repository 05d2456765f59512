import type { Bytes } from "@/lib/core/file-store";

/**
 * The same bytes in chunks of `size`, the last one shorter; one empty chunk where there are none. What is
 * larger is never in memory whole, and a chunk that is here already is not copied.
 */
export async function* inChunks(bytes: Bytes, size: number): AsyncGenerator<Buffer, void, void> {
  let pieces: Buffer[] = [];
  let held = 0;
  let isFirst = true;
  for await (const given of bytes instanceof Uint8Array ? [bytes] : bytes) {
    for (let rest = asBuffer(given); rest.length > 0; ) {
      const piece = rest.subarray(0, size - held);
      pieces.push(piece);
      held += piece.length;
      rest = rest.subarray(piece.length);
      if (held < size) continue;
      yield joined(pieces, held);
      [pieces, held, isFirst] = [[], 0, false];
    }
  }
  if (held > 0 || isFirst) yield joined(pieces, held);
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const joined = (pieces: readonly Buffer[], size: number): Buffer =>
  pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size);
