import { HttpResponse, http } from "msw";

export const QSTASH_URL = "https://qstash.test";
export const QSTASH_TOKEN = "qstash-sample-token";

/** A message as QStash was asked to deliver it. `headers` are those it was published with. */
export interface Published {
  readonly destination: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Fault = (request: Request) => Response | Promise<Response> | undefined;

/** QStash's documented protocol, as far as we speak it: publish, batch, deduplication, the token. */
export function qstashDouble() {
  const requests: Request[] = [];
  const published: Published[] = [];
  const known = new Map<string, string>();
  const faults: Fault[] = [];
  let isAnswerLost = false;

  function take(message: Published) {
    const id = message.headers["upstash-deduplication-id"];
    if (id?.includes(":")) return { error: "DeduplicationId cannot contain ':'", status: 400 };
    const first = id && known.get(id);
    if (first) return { messageId: first, deduplicated: true, status: 202 };
    published.push(message);
    const messageId = `msg_${published.length}`;
    if (id) known.set(id, messageId);
    return { messageId, status: 200 };
  }

  const handler = http.post(`${QSTASH_URL}/v2/*`, async ({ request }) => {
    requests.push(request.clone());
    const failed = await faults.shift()?.(request);
    if (failed) return failed;
    if (request.headers.get("authorization") !== `Bearer ${QSTASH_TOKEN}`) {
      return HttpResponse.json({ error: "unable to authenticate: invalid token" }, { status: 401 });
    }
    const path = request.url.slice(`${QSTASH_URL}/v2/`.length);
    if (path === "batch") {
      const messages = (await request.json()) as Published[]; // what the stock client sends
      return HttpResponse.json(messages.map((message) => publicPart(take(message))));
    }
    const destination = path.replace(/^publish\//, "");
    const answer = take({ destination, headers: ownHeaders(request), body: await request.text() });
    if (isAnswerLost) {
      isAnswerLost = false;
      return HttpResponse.error();
    }
    return HttpResponse.json(publicPart(answer), { status: answer.status });
  });

  return {
    handler,
    requests,
    published,
    failNext: (...next: readonly Fault[]) => void faults.push(...next),
    /** The next message is taken, but its publisher never hears of it. */
    loseNextAnswer: () => {
      isAnswerLost = true;
    },
  };
}

/** Those that mean something to QStash; the network adds others. */
const ownHeaders = ({ headers }: Request) =>
  Object.fromEntries([...headers].filter(([name]) => /^(authorization|content-type|upstash-.*)$/.test(name)));

const publicPart = ({ status: _status, ...answer }: { readonly status: number }) => answer;
