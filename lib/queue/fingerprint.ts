import { createHash } from "node:crypto";
import type { Json } from "@/lib/json";

/** Tells one request from another: equal for values that differ only in the order of their keys. */
export const fingerprintOf = (value: Json): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");

function sorted(value: Json | undefined): Json | undefined {
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => sorted(item) ?? null);
  // Pairs instead of an object: names made of digits would come back in an order of their own.
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return { pairs: names.sort().map((name) => [name, sorted(value[name]) ?? null]) };
}

/** `Array.isArray` does not narrow read-only lists. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
