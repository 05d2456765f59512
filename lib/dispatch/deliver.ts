import type { Clock } from "@/lib/clock";
import type { KickMessage } from "@/lib/core/kick-message";
import { workerUrl } from "@/lib/dispatch/machine-address";
import { signMessage } from "@/lib/dispatch/sign";
import type { Ids } from "@/lib/id";

export interface DeliveryDeps {
  /** Where this very process listens: `http://127.0.0.1:3000`. */
  readonly baseUrl: string;
  readonly signingKey: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly fetch?: typeof fetch;
  readonly log: { warn(event: string, fields: Readonly<Record<string, unknown>>): void };
}

export interface Attempt {
  readonly id: string;
  /** How often it has been sent before. */
  readonly retried: number;
}

/** Posts kicks to the worker route, signed. Never throws: a kick that is lost is only late. */
export function createDelivery({ baseUrl, signingKey, clock, ids, fetch = globalThis.fetch, log }: DeliveryDeps) {
  const url = workerUrl(baseUrl);
  const stop = new AbortController();

  async function post(message: KickMessage, { id, retried }: Attempt): Promise<Response> {
    const body = JSON.stringify(message);
    const signature = await signMessage({ key: signingKey, url, body, id: ids("jwt"), now: clock() });
    return fetch(url, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "Longhaul-Local-Dispatcher",
        "upstash-message-id": id,
        "upstash-retried": String(retried),
        "upstash-signature": signature,
      },
      redirect: "manual",
      signal: stop.signal,
    });
  }

  return {
    /** `failed`: sending it again makes sense. `done`: it was delivered, or nothing would come of a repeat. */
    async deliver(message: KickMessage, attempt: Attempt): Promise<"done" | "failed"> {
      const fields = { queue: message.queue, retried: attempt.retried };
      try {
        const response = await post(message, attempt);
        await response.body?.cancel();
        if (response.ok) return "done";
        log.warn("kick_refused", { ...fields, status: response.status });
        return response.status >= 500 ? "failed" : "done";
      } catch (error) {
        if (stop.signal.aborted) return "done";
        // The route answers when its queue is empty, which may take longer than fetch is patient (300 s).
        // Then the worker is at work, and asks for the next one itself.
        if (isTimeout(error)) return "done";
        log.warn("kick_undelivered", { ...fields, error: String(error) });
        return "failed";
      }
    },
    abort: () => stop.abort(),
  };
}

function isTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(String(cause.code));
}
