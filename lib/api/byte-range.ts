export type ByteRange =
  /** `end` is exclusive. */
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "whole" | "unsatisfiable" };

/**
 * Reads a `Range` header for a file of `size` bytes (RFC 9110, 14). What is no single range of bytes is
 * ignored, as the RFC allows: the whole file is a right answer to any range.
 */
export function parseRange(header: string | null, size: number): ByteRange {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") return part(Math.max(0, size - Number(last)), size, size);
  if (last !== "" && Number(last) < Number(first)) return { kind: "whole" };
  return part(Number(first), last === "" ? size : Math.min(size, Number(last) + 1), size);
}

const part = (start: number, end: number, size: number): ByteRange =>
  start < end && start < size ? { kind: "part", start, end } : { kind: "unsatisfiable" };
