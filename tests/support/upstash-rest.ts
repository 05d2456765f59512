import type { Redis as TcpRedis } from "ioredis";
import { http, type JsonBodyType } from "msw";
import { withDeclaredKeys } from "@/tests/support/upstash-key-locking";

export const UPSTASH_URL = "https://sample-42.upstash.test";
export const UPSTASH_TOKEN = "upstash-sample-token";

type Answer = { readonly result: JsonBodyType } | { readonly error: string };

/** Answers the stock client in place of the network. */
export function upstashRest(tcp: TcpRedis) {
  const answer = answerUpstash(tcp);
  return http.post(`${UPSTASH_URL}/*`, ({ request }) => answer(request));
}

/**
 * Upstash's REST protocol in front of a real Redis: single commands, pipelines and transactions,
 * base64, the token, and scripts that ask for locking by key and are held to it.
 */
export function answerUpstash(tcp: TcpRedis): (request: Request) => Promise<Response> {
  const run = (command: readonly unknown[]): Promise<Answer> =>
    prepare(command)
      .then(([name, ...args]) => tcp.call(name, ...args))
      .then((result) => ({ result: result as JsonBodyType })) // Redis answers texts, integers, null and lists of them
      .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }));

  const answer = async (path: string, body: readonly unknown[]) => {
    if (path === "/") return run(body);
    const commands = body as readonly unknown[][];
    if (path === "/pipeline") return Promise.all(commands.map(run));
    const prepared = await Promise.all(commands.map(prepare));
    const transaction = prepared.reduce((multi, [name, ...args]) => multi.call(name, ...args), tcp.multi());
    const replies = (await transaction.exec()) ?? [];
    return replies.map(([error, result]) => (error ? { error: error.message } : { result: result as JsonBodyType }));
  };

  return async (request) => {
    if (request.headers.get("authorization") !== `Bearer ${UPSTASH_TOKEN}`) {
      return Response.json({ error: "WRONGPASS invalid or missing auth token" }, { status: 401 });
    }
    const reply = await answer(new URL(request.url).pathname, (await request.json()) as unknown[]);
    const isEncoded = request.headers.get("upstash-encoding") === "base64";
    const shown = isEncoded ? [reply].flat().map(encodeAnswer) : [reply].flat();
    const status = !Array.isArray(reply) && "error" in reply ? 400 : 200;
    return Response.json(Array.isArray(reply) ? shown : shown[0], {
      status,
      headers: { "upstash-sync-token": "sync" },
    });
  };
}

/** A command as Redis takes it; what REST does not carry is refused. */
async function prepare(command: readonly unknown[]): Promise<[name: string, ...args: string[]]> {
  const [name = "", ...args] = command.map(String);
  const [script = "", ...rest] = args;
  switch (name.toUpperCase()) {
    case "EVAL":
      return ["EVAL", withDeclaredKeys(script), ...rest];
    case "EVALSHA":
    case "SCRIPT":
      throw new Error(`ERR ${name} may reach a replica that does not know the script`);
    default:
      return [name.toUpperCase(), ...args];
  }
}

const encodeAnswer = (answer: Answer) => ("error" in answer ? answer : { result: encode(answer.result, true) });

/** Every text is encoded, but for the "OK" that is the whole answer. */
function encode(value: JsonBodyType, isWhole = false): JsonBodyType {
  if (Array.isArray(value)) return value.map((item) => encode(item));
  if (typeof value !== "string" || (isWhole && value === "OK")) return value;
  return Buffer.from(value).toString("base64");
}
