import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { AppError } from "@/lib/errors";

/** The addresses of a host, as text. Throws if nobody knows the host. */
export type Resolve = (host: string) => Promise<readonly string[]>;

interface AddressRules {
  /** For trying things on one's own machine: private addresses and plain http are taken too. */
  readonly allowPrivate: boolean;
}

/** All that is given out to networks in public. What is embedded in others (mapped, translated, tunnelled) leads anywhere. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** Whether an address is one of the public internet, and not of our own network, of nobody's, or of a tunnel. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
}

/** The host of an address without the brackets around IPv6; the URL's parser has spelt out octal and hex numbers. */
export const hostOf = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

/**
 * Reads where a webhook is to go, and refuses what is not a public address. A name may lead elsewhere by the time
 * of the delivery, so what is connected to is checked again then.
 *
 * @throws AppError `webhook_address_refused`
 */
export async function checkAddress(text: string, resolve: Resolve, { allowPrivate }: AddressRules): Promise<string> {
  const url = URL.parse(text);
  if (!url) throw refused("It is no address.");
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:"))
    throw refused("It must begin with https.");
  if (url.username !== "" || url.password !== "") throw refused("It must not hold a user name or a password.");
  url.hash = "";

  const host = hostOf(url.hostname);
  const addresses = isIP(host) === 0 ? await resolve(host).catch(failUnknown) : [host];
  if (addresses.length === 0) throw refused("Its host is not known.");
  if (!allowPrivate && !addresses.every(isPublicAddress)) throw refused("It leads into a network that is not public.");
  return url.href;
}

const refused = (reason: string, options?: ErrorOptions) =>
  new AppError("webhook_address_refused", `A webhook cannot go to this address. ${reason}`, options);

function failUnknown(cause: unknown): never {
  throw refused("Its host is not known.", { cause });
}
