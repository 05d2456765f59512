import type { Dispatcher } from "undici";
import { VERSION } from "@/lib/version";
import type { Resolve } from "@/lib/webhooks/address";
import type { WebhookMessage } from "@/lib/webhooks/sign";

/** What became of one attempt. `retryAfterMs`: what the receiver asked for. */
export type Sent =
  | { readonly kind: "delivered"; readonly status: number }
  | { readonly kind: "gone"; readonly status: number; readonly error: string }
  | {
      readonly kind: "refused";
      /** Null: there was no answer. */
      readonly status: number | null;
      readonly error: string;
      readonly retryAfterMs: number | null;
    };

/** Sends a message once. Throws only if `signal` was aborted: whatever else happens is an answer. */
export type Send = (
  url: string,
  message: WebhookMessage,
  secrets: readonly string[],
  signal: AbortSignal,
) => Promise<Sent>;

interface SendDeps {
  readonly resolve: Resolve;
  readonly allowPrivate: boolean;
  readonly clock: () => number;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** Of an answer nobody needs more than its beginning. */
const MAX_ANSWER_BYTES = 4 * 1024;

/** Makes the sender of webhooks. What it needs is loaded by the first delivery: most calls deliver none. */
export function createSend({ resolve, allowPrivate, clock, timeoutMs = TIMEOUT_MS }: SendDeps): Send {
  const load = async () => {
    const [{ request }, { createGuardedAgent }, { signedHeaders }] = await Promise.all([
      import("undici"),
      import("@/lib/webhooks/guarded-agent"),
      import("@/lib/webhooks/sign"),
    ]);
    return { request, signedHeaders, dispatcher: createGuardedAgent({ resolve, allowPrivate }) };
  };
  let loaded: ReturnType<typeof load> | undefined;

  return async function send(url, message, secrets, signal) {
    loaded ??= load();
    const { request, signedHeaders, dispatcher } = await loaded;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await request(url, {
        method: "POST",
        headers: {
          ...signedHeaders(message, secrets, clock()),
          "content-type": "application/json",
          "user-agent": `Longhaul/${VERSION}`,
        },
        body: message.body,
        dispatcher,
        signal: AbortSignal.any([signal, timeout]),
      });
      await drop(body);
      return outcomeOf(statusCode, retryAfterMs(headers["retry-after"], clock()));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const reason = timeout.aborted ? `It did not answer within ${timeoutMs / 1_000} s.` : reasonOf(error);
      return { kind: "refused", status: null, error: reason, retryAfterMs: null };
    }
  };
}

async function drop(body: Dispatcher.ResponseData["body"]): Promise<void> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += Buffer.byteLength(piece);
    if (bytes >= MAX_ANSWER_BYTES) break; // leaving the loop closes the connection
  }
}

function outcomeOf(status: number, asked: number | null): Sent {
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  if (status === 410) return { kind: "gone", status, error: "It answered 410: nothing is there any more." };
  const error =
    status >= 300 && status < 400
      ? `It answered ${status}: redirects are not followed. Give the address that it leads to.`
      : `It answered ${status}.`;
  return { kind: "refused", status, error, retryAfterMs: asked };
}

/** Seconds, or a date, as RFC 9110 has it; null for anything else. */
function retryAfterMs(header: string | readonly string[] | undefined, now: number): number | null {
  if (typeof header !== "string") return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = /GMT$/.test(header) ? Date.parse(header) : Number.NaN; // others are read by guessing
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** For the endpoint's owner: what went wrong on the way, and nothing of our own network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "It could not be reached.";
  if (error.name === "PrivateAddressError") return "It leads into a network that is not public.";
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return `It could not be reached (${code}).`;
}
