/** Bytes of every part of an upload but the last. Vercel refuses request bodies over 4.5 MB. */
export const PART_SIZE = 4 * 1024 * 1024;

/** How many parts a file of this size has. */
export const partCount = (size: number, partSize: number = PART_SIZE): number => Math.ceil(size / partSize);

/** How many bytes part number `n` (from 1) must have; null if the file has no such part. */
export function partBytes(n: number, size: number, partSize: number = PART_SIZE): number | null {
  const count = partCount(size, partSize);
  if (!Number.isInteger(n) || n < 1 || n > count) return null;
  return n < count ? partSize : size - (count - 1) * partSize;
}
