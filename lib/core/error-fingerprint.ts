import type { JobError } from "@/lib/core/job";

/** What differs from one failure to the next without being another failure, most telling first. */
const VARYING: ReadonlyArray<readonly [what: RegExp, instead: string]> = [
  [/[a-z][a-z\d+.-]*:\/\/[^\s"'`<>)\]]+/gi, "<url>"],
  [/"(?:[^"\\]|\\.)*"|`[^`]*`|“[^”]*”|«[^»]*»|(?<![\p{L}\d])'[^']*'(?![\p{L}\d])/gu, "<text>"],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, "<id>"],
  [/(?<![\p{L}\d])(?:[a-z]:)?(?:\.{0,2}[\\/][\w.@~-]+)+[\\/]?/giu, "<path>"],
  [/\b[a-z]{2,8}_[\da-z]*\d[\da-z]*\b/gi, "<id>"],
  [/\b0x[\da-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{6,}\b/gi, "<hex>"],
  [/[+-]?\d+(?:[.,:]\d+)*/g, "<n>"],
  [/\s+/g, " "],
];

/** An error's message without numbers, ids, quoted values, paths and addresses. */
export const normalised = (message: string): string =>
  VARYING.reduce((text, [what, instead]) => text.replace(what, instead), message.slice(0, MAX_MESSAGE)).trim();
const MAX_MESSAGE = 1_000;

/**
 * Names what went wrong, in 13 characters of base 36: jobs of one name that failed for the same reason
 * have the same, whatever numbers, ids, quoted values and paths their messages hold.
 */
export const errorFingerprint = (jobName: string, { code, message }: JobError): string =>
  hash(JSON.stringify([jobName, code, normalised(message)]));

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** FNV-1a in 64 bits: nobody is kept out by it, so it need not be hard to invert, and browsers have it too. */
function hash(text: string): string {
  let value = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * FNV_PRIME);
  return value.toString(36).padStart(13, "0");
}
