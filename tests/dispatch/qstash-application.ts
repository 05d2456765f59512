import { systemClock } from "@/lib/clock";
import { cronUrl, undeliveredUrl, workerUrl } from "@/lib/dispatch/machine-address";
import { signMessage } from "@/lib/dispatch/sign";
import { readEnv } from "@/lib/env";
import { createServer, type Server } from "@/lib/server/create-server";
import { secretsOf } from "@/lib/server/secrets";
import { QSTASH_TOKEN, QSTASH_URL } from "@/tests/dispatch/qstash-double";
import { temporaryFolder } from "@/tests/support/temporary-folder";

export const BASE_URL = "https://jobs.example";
export const WORKER_SECRET = "worker-secret-of-this-app";
export const CRON_SECRET = "cron-secret-of-this-app";

let current: Promise<Server> | null = null;

/** Stands in for the process's own application. */
export async function server(): Promise<Server> {
  if (!current) throw new Error("Start an application first.");
  return current;
}

/** The whole application as it is put together when QStash calls it, on a folder of its own. */
export async function startOnQstash({ currentKey = "current", nextKey = "next" } = {}) {
  const logged: unknown[][] = [];
  const write = (...line: unknown[]) => void logged.push(line);
  const env = readEnv({
    APP_URL: BASE_URL,
    DATA_DIR: temporaryFolder(),
    READER_THREADS: "1", // a thread would not find its modules outside a build
    AUTH_SECRET: "auth-secret-of-this-app-with-32-characters",
    CRON_SECRET,
    WORKER_SECRET,
    QSTASH_URL,
    QSTASH_TOKEN,
    QSTASH_CURRENT_SIGNING_KEY: currentKey,
    QSTASH_NEXT_SIGNING_KEY: nextKey,
  });
  current = createServer({ env, secrets: secretsOf(env), log: { info: write, warn: write, error: write } });
  return { app: await current, logged };
}

export const URLS = { worker: workerUrl(BASE_URL), cron: cronUrl(BASE_URL), undelivered: undeliveredUrl(BASE_URL) };

interface Sent {
  readonly key?: string;
  /** The address that was signed. */
  readonly url: string;
  readonly body: string;
  /** What was put in the body's place on the way. */
  readonly sent?: string;
  readonly ageMs?: number;
}

/** A request as it arrives from QStash, behind a proxy that knows the app by another name. */
export async function fromQstash({ key = "current", url, body, sent = body, ageMs = 0 }: Sent): Promise<Request> {
  const signature = await signMessage({ key, url, body, id: "jwt_1", now: systemClock() - ageMs });
  return new Request("http://localhost:3000/api/called", {
    method: "POST",
    body: sent,
    headers: { "content-type": "application/json", "upstash-message-id": "msg_1", "upstash-signature": signature },
  });
}

/** What QStash tells of a kick that it has given up. */
export function aFailureCallback(kick: object, fields: object = {}): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return JSON.stringify({
    status: 500,
    header: { "Content-Type": ["application/json"] },
    body: base64('{"secret":"of the answer"}'),
    retried: 3,
    maxRetries: 3,
    dlqId: "1700000000000-0",
    sourceMessageId: "msg_1",
    topicName: "",
    endpointName: "",
    url: URLS.worker,
    method: "POST",
    sourceHeader: { "Upstash-Forward-X-Vercel-Protection-Bypass": ["secret"] },
    sourceBody: base64(JSON.stringify(kick)),
    notBefore: 1_700_000_000_000,
    createdAt: 1_700_000_000_000,
    scheduleId: "",
    callerIP: "192.0.2.1",
    ...fields,
  });
}
