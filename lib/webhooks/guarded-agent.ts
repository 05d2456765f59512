import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { hostOf, isPublicAddress, type Resolve } from "@/lib/webhooks/address";

/** The host leads into a network that is not public: now, whatever it was when the webhook was made. */
class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
}

interface AgentDeps {
  readonly resolve: Resolve;
  readonly allowPrivate: boolean;
}

const CONNECT_MS = 10_000;

/**
 * Connects to public addresses only. The name is looked up here and the connection made to what was checked, so a
 * name that changes between a check and the connection gains nothing. No connection is kept for the next delivery.
 */
export function createGuardedAgent({ resolve, allowPrivate }: AgentDeps): Agent {
  const isAllowed = (address: string) => allowPrivate || isPublicAddress(address);

  const lookup: LookupFunction = (host, { all }, answer) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(isAllowed)) answer(new PrivateAddressError(), "");
        else if (all)
          answer(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        else answer(null, first, isIP(first));
      },
      (error: NodeJS.ErrnoException) => answer(error, ""),
    );
  };

  const connectTo = buildConnector({ lookup, timeout: CONNECT_MS, allowH2: false });
  return new Agent({
    pipelining: 0,
    connect(options, answer) {
      // An address that is no name is never looked up.
      const host = hostOf(options.hostname);
      if (isIP(host) !== 0 && !isAllowed(host)) answer(new PrivateAddressError(), null);
      else connectTo(options, answer);
    },
  });
}
