import { Webhook } from "standardwebhooks";

/** One message to one endpoint. It is the same in every attempt, byte by byte. */
export interface WebhookMessage {
  /** By which a receiver knows a repetition. */
  readonly id: string;
  readonly body: string;
}

/** The headers of Standard Webhooks, signed with every secret that is valid now: a receiver needs to know one. */
export function signedHeaders(
  { id, body }: WebhookMessage,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
