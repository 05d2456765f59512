import { Receiver } from "@upstash/qstash";
import { readMessage } from "@/lib/dispatch/read-message";

interface QstashVerifierDeps {
  readonly currentSigningKey: string;
  readonly nextSigningKey: string;
  /** The address that the message was signed for: what is signed for one route must not pass at another. */
  readonly url: string;
}

export type Verify = (request: Request) => Promise<string | null>;

/** Answers the body of a request that QStash (or our twin of it) signed for this address; null for any other. */
export function createQstashVerifier({ currentSigningKey, nextSigningKey, url }: QstashVerifierDeps): Verify {
  // devMode would accept the published development keys, wherever an environment variable asks for it.
  const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });

  return async function verify(request) {
    const signature = request.headers.get("upstash-signature");
    if (!signature) return null;
    const body = await readMessage(request);
    if (body === null) return null;
    const isSigned = await receiver.verify({ signature, body, url, clockTolerance: 5 }).catch(() => false); // it throws whatever is wrong
    return isSigned ? body : null;
  };
}
