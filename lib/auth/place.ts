import { createHmac } from "node:crypto";
import { deriveKey } from "@/lib/auth/secrets";

/** Where a request comes from, as limits count it. */
export type PlaceOf = (request: Request) => string;

/**
 * Answers a request's place as a keyed digest: the same for the same address, and no address can be read
 * from it. The address is the last one in `X-Forwarded-For`, which the nearest proxy has written; those
 * before it are whatever the caller claims.
 */
export function createPlaceOf(secret: string): PlaceOf {
  const key = deriveKey(secret, "place");
  return (request) => {
    const address = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
    const digest = createHmac("sha256", key).update(networkOf(address)).digest("hex");
    return `at_${digest.slice(0, 24)}`;
  };
}

/** An IPv4 address; of an IPv6 address the first half, for the rest is its holder's to choose. */
function networkOf(address: string): string {
  const text = address.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (mapped !== undefined || !text.includes(":")) return mapped ?? text;
  const [before = "", after] = text.split("::");
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array<string>(zeros).fill("0"), ...tail];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));
