import { signMessage } from "@/lib/dispatch/sign";
import type { Message } from "@/rehearsal/qstash-message";

interface DeliveryDeps {
  readonly signingKey: string;
  readonly clock: () => number;
}

/** Posts a message to its destination as QStash does: signed, following no redirect. Null: no answer came. */
export function createDelivery({ signingKey, clock }: DeliveryDeps) {
  let posted = 0;

  return async function post(message: Message, retried: number, stop: AbortSignal): Promise<Response | null> {
    const { url, method, body, forwarded, id, scheduleId, timeoutMs } = message;
    posted += 1;
    const signature = await signMessage({ key: signingKey, url, body, id: `jwt_${posted}`, now: clock() });
    try {
      const answer = await fetch(url, {
        method,
        ...(method === "GET" ? {} : { body }),
        headers: {
          ...forwarded,
          "user-agent": "Upstash-QStash",
          "upstash-message-id": id,
          "upstash-retried": String(retried),
          "upstash-signature": signature,
          ...(scheduleId === null ? {} : { "upstash-schedule-id": scheduleId }),
        },
        redirect: "manual",
        signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
      });
      // Read to its end, for a connection that breaks on the way is no answer either.
      return new Response(await answer.bytes(), { status: readable(answer.status), headers: answer.headers });
    } catch {
      return null; // refused, broken or too late: all the same to the sender
    }
  };
}

/** A `Response` is not made with a status below 200, nor with a body and 204, 205 or 304. */
const readable = (status: number): number => (status === 204 || status === 205 ? 200 : status === 304 ? 302 : status);

/** What QStash tells a failure callback. */
export function callbackBody(message: Message, retried: number, answer: Response | null, dlqId: string): string {
  return JSON.stringify({
    status: answer?.status ?? 504,
    header: {},
    body: "",
    retried,
    maxRetries: message.retries,
    sourceMessageId: message.id,
    topicName: "",
    endpointName: "",
    url: message.url,
    method: message.method,
    sourceHeader: message.forwarded,
    sourceBody: Buffer.from(message.body).toString("base64"),
    notBefore: 0,
    createdAt: message.createdAt,
    scheduleId: message.scheduleId ?? "",
    callerIP: "",
    dlqId,
  });
}
