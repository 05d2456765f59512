import type { UploadView } from "@/lib/contracts/uploads";

type Layout = Pick<UploadView, "size" | "partSize">;

/** Numbers of the parts that have not arrived, from 1, in order. */
export function missingParts({ size, partSize, parts }: Layout & { readonly parts: readonly number[] }): number[] {
  const here = new Set(parts);
  const numbers = Array.from({ length: Math.ceil(size / partSize) }, (_, index) => index + 1);
  return numbers.filter((n) => !here.has(n));
}

/** Where part `n` begins and ends (exclusive) in the file. */
export function partRange(n: number, { size, partSize }: Layout): { start: number; end: number } {
  const start = (n - 1) * partSize;
  return { start, end: Math.min(size, start + partSize) };
}

export const partBytes = (n: number, layout: Layout): number => {
  const { start, end } = partRange(n, layout);
  return end - start;
};
