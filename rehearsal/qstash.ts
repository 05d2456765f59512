import { z } from "zod";
import { type Chance, createFairDraw } from "@/rehearsal/chance";
import type { Service } from "@/rehearsal/listen";
import { callbackBody, createDelivery } from "@/rehearsal/qstash-delivery";
import { judge, type Message, readMessage } from "@/rehearsal/qstash-message";
import { serve } from "@/rehearsal/serve";
import { count, type Tally } from "@/rehearsal/tally";

/** What goes wrong with a message that was accepted. */
export type MessageFault = "doubled" | "late" | "lost" | "overtaken" | "undeliverable";

export interface Qstash extends Service {
  readonly token: string;
  readonly currentSigningKey: string;
  readonly nextSigningKey: string;
  readonly injected: Tally<MessageFault>;
  readonly seen: Tally<
    "published" | "deduplicated" | "sent" | "delivered" | "retried" | "dead" | "missed ticks" | "ticks"
  >;
  /** Fires a schedule, or misses it. */
  readonly tick: () => void;
}

const Batch = z.array(
  z.object({
    destination: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(""),
  }),
);

interface Options {
  readonly chance: Chance;
  readonly clock: () => number;
  /** How many of the messages meet each fault. */
  readonly shares: Readonly<Record<MessageFault | "missed ticks", number>>;
  readonly lateMs?: readonly [least: number, most: number];
}

const LATE_MS = [3_000, 20_000] as const;
/** Long enough for the next messages to come first. */
const OVERTAKEN_MS = [500, 2_500] as const;
const DOUBLED_WITHIN_MS = 1_500;
/** QStash knows a deduplication id for ten minutes. */
const DEDUPLICATION_MS = 600_000;
const CALLBACK_RETRIES = "3";

/** QStash on a port of its own: publish, schedules, retries, failure callbacks, deduplication and signatures, with faults. */
export async function startQstash({ chance, clock, shares, lateMs = LATE_MS }: Options): Promise<Qstash> {
  const token = "rehearsal-qstash-token";
  const currentSigningKey = "sig_rehearsal_current_0123456789";
  const injected: Tally<MessageFault> = new Map();
  const seen: Qstash["seen"] = new Map();
  const known = new Map<string, { readonly id: string; readonly until: number }>();
  const schedules = new Map<string, Message>();
  const stopping = new AbortController();
  const post = createDelivery({ signingKey: currentSigningKey, clock });
  const draws = {
    doubled: createFairDraw(chance, shares.doubled),
    late: createFairDraw(chance, shares.late),
    lost: createFairDraw(chance, shares.lost),
    overtaken: createFairDraw(chance, shares.overtaken),
    undeliverable: createFairDraw(chance, shares.undeliverable),
  } satisfies Record<MessageFault, () => boolean>;
  let made = 0;
  const newId = (kind: string) => `${kind}_${++made}`;

  const later = (delayMs: number, act: () => Promise<void>) => {
    const timer = setTimeout(() => void act(), delayMs);
    stopping.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  };

  async function send(message: Message, retried: number): Promise<void> {
    if (stopping.signal.aborted) return;
    count(seen, retried === 0 ? "sent" : "retried");
    const answer = await post(message, retried, stopping.signal);
    if (stopping.signal.aborted) return;
    const verdict = judge(message, retried, answer);
    if (verdict.kind === "retry") later(verdict.delayMs, () => send(message, retried + 1));
    else if (verdict.kind === "dead") await bury(message, retried, answer);
    else count(seen, "delivered");
  }

  /** Nothing helps any more: tells whom the publisher named. */
  async function bury(message: Message, retried: number, answer: Response | null): Promise<void> {
    count(seen, "dead");
    if (message.failureCallback === null) return;
    const headers = new Headers({ "content-type": "application/json", "upstash-retries": CALLBACK_RETRIES });
    const body = callbackBody(message, retried, answer, newId("dlq"));
    accept(readMessage({ url: message.failureCallback, headers, body }, { id: newId("msg"), now: clock() }));
  }

  /** Each try fails on the way, so that the destination hears of it only by the failure callback. */
  async function fail(message: Message, retried: number): Promise<void> {
    const verdict = judge(message, retried, null);
    if (verdict.kind === "retry") later(verdict.delayMs, () => fail(message, retried + 1));
    else await bury(message, retried, null);
  }

  /** From here on the publisher believes that it will be delivered. */
  function accept(message: Message): void {
    count(seen, "published");
    const happens = (fault: MessageFault) => {
      const isHit = draws[fault]();
      if (isHit) count(injected, fault);
      return isHit;
    };
    const dispatch = (extraMs: number) => later(message.delayMs + extraMs, () => send(message, 0));
    if (happens("lost")) return;
    if (happens("undeliverable")) {
      later(message.delayMs, () => fail(message, 0));
      return;
    }
    if (happens("doubled")) dispatch(chance.between(0, DOUBLED_WITHIN_MS));
    if (happens("late")) dispatch(chance.between(...lateMs));
    else dispatch(happens("overtaken") ? chance.between(...OVERTAKEN_MS) : 0);
  }

  function publish(message: Message): { readonly messageId: string; readonly deduplicated?: true } {
    const first = known.get(message.deduplicationId ?? "");
    if (first && first.until > clock()) {
      count(seen, "deduplicated");
      return { messageId: first.id, deduplicated: true };
    }
    if (message.deduplicationId !== null) {
      known.set(message.deduplicationId, { id: message.id, until: clock() + DEDUPLICATION_MS });
    }
    accept(message);
    return { messageId: message.id };
  }

  async function answer(request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return Response.json({ error: "unauthorized" }, { status: 401 });
    }
    // The destination stands in the path as it is, with its query: nothing may be tidied.
    const [, action = "", rest = ""] = /^https?:\/\/[^/]+\/v2\/([^/]+)\/?(.*)$/s.exec(request.url) ?? [];
    const { headers } = request;
    const body = await request.text();
    try {
      const read = (url = decoded(rest), given = headers, text = body) =>
        readMessage({ url, headers: given, body: text }, { id: newId("msg"), now: clock() });
      if (action === "publish") {
        const taken = publish(read());
        return Response.json(taken, { status: taken.deduplicated ? 202 : 200 });
      }
      if (action === "batch") {
        const items = Batch.parse(JSON.parse(body));
        return Response.json(
          items.map((item) => publish(read(item.destination, new Headers(item.headers), item.body))),
        );
      }
      if (action === "schedules" && request.method === "POST") {
        const scheduleId = headers.get("upstash-schedule-id") ?? newId("scd");
        schedules.set(scheduleId, { ...read(), scheduleId });
        return Response.json({ scheduleId });
      }
      return Response.json({ error: `not rehearsed: ${request.method} ${action}` }, { status: 404 });
    } catch (error) {
      return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 });
    }
  }

  const service = await serve(answer);
  return {
    url: service.url,
    token,
    currentSigningKey,
    nextSigningKey: "sig_rehearsal_next_0123456789",
    injected,
    seen,
    tick() {
      for (const schedule of schedules.values()) {
        if (chance.happens(shares["missed ticks"])) count(seen, "missed ticks");
        else {
          count(seen, "ticks");
          void send({ ...schedule, id: newId("msg"), createdAt: clock() }, 0);
        }
      }
    },
    stop() {
      stopping.abort();
      return service.stop();
    },
  };
}

/** Some versions of the stock client encode the destination. */
const decoded = (destination: string) =>
  /^https?:\/\//.test(destination) ? destination : decodeURIComponent(destination);
