import { retryDelayMs, standardDelayMs } from "@/rehearsal/retry-delay";

/** What was published, as QStash keeps it. */
export interface Message {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly body: string;
  /** Headers for the destination, without their prefix. */
  readonly forwarded: Readonly<Record<string, string>>;
  readonly delayMs: number;
  readonly retries: number;
  readonly retryDelay: string | null;
  readonly timeoutMs: number;
  readonly failureCallback: string | null;
  readonly deduplicationId: string | null;
  readonly scheduleId: string | null;
  readonly createdAt: number;
}

const FORWARD = "upstash-forward-";
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DEFAULT_RETRIES = 3;
/** A function's longest run on the plans that this is about. */
const DEFAULT_TIMEOUT_MS = 900_000;

/** Reads a publish. @throws Error with what QStash would refuse. */
export function readMessage(
  { url, headers, body }: { readonly url: string; readonly headers: Headers; readonly body: string },
  { id, now }: { readonly id: string; readonly now: number },
): Message {
  if (!/^https?:\/\//.test(url)) throw new Error(`invalid destination url: endpoint has invalid scheme: ${url}`);
  const notBefore = headers.get("upstash-not-before");
  const retryDelay = headers.get("upstash-retry-delay");
  if (retryDelay !== null) retryDelayMs(retryDelay, 0);
  const deduplicationId = headers.get("upstash-deduplication-id");
  if (deduplicationId?.includes(":")) throw new Error("DeduplicationId cannot contain ':'");
  const contentType = headers.get("content-type");
  return {
    id,
    url,
    method: headers.get("upstash-method") ?? "POST",
    body,
    forwarded: {
      ...(contentType ? { "content-type": contentType } : {}),
      ...Object.fromEntries(
        [...headers]
          .filter(([name]) => name.startsWith(FORWARD))
          .map(([name, value]) => [name.slice(FORWARD.length), value]),
      ),
    },
    delayMs: notBefore
      ? Math.max(0, Number(notBefore) * 1_000 - now)
      : durationMs(headers.get("upstash-delay") ?? "0s"),
    retries: Number(headers.get("upstash-retries") ?? DEFAULT_RETRIES),
    retryDelay,
    timeoutMs: headers.has("upstash-timeout") ? durationMs(headers.get("upstash-timeout") ?? "") : DEFAULT_TIMEOUT_MS,
    failureCallback: headers.get("upstash-failure-callback"),
    deduplicationId,
    scheduleId: headers.get("upstash-schedule-id"),
    createdAt: now,
  };
}

/** What an answer means for a message that was sent `retried` times before. */
export type Verdict = { readonly kind: "delivered" | "dead" } | { readonly kind: "retry"; readonly delayMs: number };

export function judge(message: Message, retried: number, answer: Response | null): Verdict {
  if (answer?.ok) return { kind: "delivered" };
  const isHopeless = answer?.status === 489 && answer.headers.get("upstash-nonretryable-error") === "true";
  if (isHopeless || retried >= message.retries) return { kind: "dead" };
  const asked = Number(answer?.headers.get("retry-after") ?? Number.NaN) * 1_000;
  if (asked >= 0) return { kind: "retry", delayMs: asked };
  const delayMs = message.retryDelay === null ? standardDelayMs(retried) : retryDelayMs(message.retryDelay, retried);
  return { kind: "retry", delayMs };
}

/** `5s`, `1d10h30m` */
function durationMs(text: string): number {
  if (!/^(\d+[smhd])+$/.test(text)) throw new Error(`invalid duration: ${text}`);
  const pieces = text.matchAll(/(\d+)([smhd])/g);
  return Array.from(pieces, ([, number, unit]) => Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS]).reduce(
    (a, b) => a + b,
    0,
  );
}
