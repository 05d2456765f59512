/** Pieces grow with what comes, up to this. */
const MAX_PIECE_BYTES = 1024 * 1024;
/** A character of a string takes three bytes at the most. */
const MOST_BYTES = 3;

/** Collects text as UTF-8 in a few large pieces: one for each text would keep the collector busy. */
export function createTextBuffer() {
  const full: Uint8Array[] = [];
  let piece = Buffer.allocUnsafeSlow(0);
  let length = 0;

  return {
    /** Answers how many bytes the text takes. */
    add(text: string): number {
      const needed = text.length * MOST_BYTES;
      if (needed > piece.length - length) {
        if (length > 0) full.push(piece.subarray(0, length));
        piece = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * piece.length, MAX_PIECE_BYTES)));
        length = 0;
      }
      const written = piece.write(text, length);
      length += written;
      return written;
    },

    /** Takes over text that is UTF-8 already. */
    addBytes(bytes: Uint8Array): number {
      if (length > 0) full.push(piece.subarray(0, length));
      piece = piece.subarray(length);
      length = 0;
      full.push(bytes);
      return bytes.length;
    },

    pieces: (): Uint8Array[] => (length > 0 ? [...full, piece.subarray(0, length)] : [...full]),
  };
}
