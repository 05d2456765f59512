import type { FileStore } from "@/lib/core/file-store";
import { partCount } from "@/lib/core/upload";
import { partFile } from "@/lib/files/file-records";

interface Whole {
  readonly id: string;
  readonly size: number;
  readonly partSize: number;
}

/** The bytes of a file from `start` up to `end` (exclusive), from as many of its parts as that takes. */
export async function* readParts(
  files: Pick<FileStore, "read">,
  { id, size, partSize }: Whole,
  { start = 0, end = size }: { readonly start?: number | undefined; readonly end?: number | undefined } = {},
): AsyncGenerator<Uint8Array, void, void> {
  const last = Math.min(end, size);
  const count = partCount(last, partSize);
  for (let n = Math.floor(start / partSize) + 1; n <= count; n += 1) {
    const offset = (n - 1) * partSize;
    yield* files.read(partFile(id, n), {
      start: Math.max(0, start - offset),
      end: Math.min(partSize, last - offset),
    });
  }
}
