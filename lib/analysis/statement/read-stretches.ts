/** A place between two records, or inside a line whose rest is to be skipped. */
export type Position = { readonly offset: number; readonly line: number; readonly isSkipping: boolean };

export type ReadBytes = (range: { readonly start: number; readonly end?: number }) => AsyncIterable<Uint8Array>;

/** How much of a file is read: up to its end, unless another reader goes on from the offset `until`. */
export type Extent = { readonly from: Position; readonly until?: number | undefined };

/** Takes whole records off a stretch of a file, and says where the rest begins. The bytes are overwritten afterwards. */
type Take<Taken> = (bytes: Uint8Array, from: Position, isEnd: boolean) => Taken;

/**
 * Reads a file from a place on, some whole records at a time. What it holds in memory does not depend on the file.
 * Where a stretch ends follows from where it begins, and from nothing else: whoever goes on from one of the places
 * between comes by all the later ones. Every stretch moves on, so slices that reach one place each come to the end.
 * Before `until` it stops where a record begins whose end is not to be seen there.
 */
export async function* readStretches<Taken extends { readonly next: Position }>(
  read: ReadBytes,
  { from, until }: Extent,
  stretchBytes: number,
  take: Take<Taken>,
): AsyncGenerator<Taken, void, void> {
  if (until !== undefined && until <= from.offset) return;
  const waiting = createScratch(2 * stretchBytes);
  let position = from;
  let wanted = stretchBytes;
  /** Null: not even one record is there as a whole. It is read in growing steps, not searched again for every piece. */
  const takeOff = (bytes: Uint8Array, isEnd: boolean): Taken | null => {
    const taken = take(bytes, position, isEnd);
    const size = taken.next.offset - position.offset;
    waiting.drop(size);
    wanted = size > 0 ? stretchBytes : 2 * wanted;
    position = taken.next;
    return size > 0 ? taken : null;
  };
  for await (const piece of read({ start: from.offset, ...(until === undefined ? {} : { end: until }) })) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + wanted - waiting.bytes().length);
      waiting.add(part);
      at += part.length;
      while (waiting.bytes().length >= wanted) {
        const taken = takeOff(waiting.bytes().subarray(0, wanted), false);
        if (taken) yield taken;
      }
    }
  }
  const last = waiting.bytes().length > 0 ? takeOff(waiting.bytes(), until === undefined) : null;
  if (last) yield last;
}

/** Bytes that wait in memory of their own, used again and again: a fresh piece for each stretch keeps the collector busy. */
function createScratch(expected: number) {
  let memory = new Uint8Array(expected);
  let length = 0;
  return {
    bytes: () => memory.subarray(0, length),

    add(part: Uint8Array): void {
      if (length + part.length > memory.length) {
        const larger = new Uint8Array(2 * (length + part.length));
        larger.set(memory.subarray(0, length));
        memory = larger;
      }
      memory.set(part, length);
      length += part.length;
    },

    drop(count: number): void {
      memory.copyWithin(0, count, length);
      length -= count;
    },
  };
}
