import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { unpasted, type Variables } from "@/lib/doctor/variables";

/** Every variable whose value people copy from somewhere. */
export const COPIED = [
  "APP_URL",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "KV_REST_API_URL",
  "KV_REST_API_TOKEN",
  "REDIS_URL",
  "QSTASH_URL",
  "QSTASH_TOKEN",
  "QSTASH_CURRENT_SIGNING_KEY",
  "QSTASH_NEXT_SIGNING_KEY",
  "BLOB_READ_WRITE_TOKEN",
  "VERCEL_AUTOMATION_BYPASS_SECRET",
  "AUTH_SECRET",
  "CRON_SECRET",
  "WORKER_SECRET",
  "OPERATOR_TOKEN",
] as const;

const PLACEHOLDER = /^(https?:\/\/example\.|at-least-|changeme|change-me|xxx+$|your[-_ ])/i;

/** What copying and pasting has left around a value, or in its place. */
export function checkPasted(variables: Variables): Finding[] {
  return COPIED.flatMap((name) => {
    const given = variables[name];
    const { wrong } = findingsOf(name);
    if (given === undefined || given === "") return [];
    const clean = unpasted(name, given);
    if (clean === "") return [wrong("holds nothing but blanks or quotes.", "Paste its value, or remove the variable.")];
    if (PLACEHOLDER.test(clean)) return [wrong("still holds the example's text.", "Put your own value in its place.")];
    if (given.trim() !== given) {
      return [wrong("begins or ends with a blank or a line break.", "Paste it again without the blank.")];
    }
    if (clean !== given) {
      return [wrong("was pasted with its quotes or its own name.", `Only the value belongs there: ${name}=value`)];
    }
    if (/[\s]/.test(clean)) return [wrong("has a blank in the middle.", "Copy it again as a whole: no part has one.")];
    return [];
  });
}
