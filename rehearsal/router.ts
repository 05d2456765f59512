import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { listen, type Service } from "@/rehearsal/listen";
import { count, type Tally } from "@/rehearsal/tally";

/** What the platform has refused or cut. */
export type Cut = "body too large" | "answer too large" | "ended by a kill" | "broken by a kill";

export interface Router extends Service {
  readonly requests: () => number;
  readonly cuts: Tally<Cut>;
}

/** One that a request may be sent to. */
export interface Target {
  readonly url: string;
  readonly touch: () => void;
}

/** By which a caller of the rehearsal says where it calls from, since all are on this machine. */
export const ADDRESS_HEADER = "x-rehearsal-address";

/** What a function takes, and what it may answer unless it streams. */
const MOST_BYTES = 4_500_000;

/** Stands before the instances as the platform does: chooses one, limits bodies, and answers for one that was killed. */
export async function startRouter(take: (path: string) => Promise<Target>): Promise<Router> {
  const cuts: Tally<Cut> = new Map();
  let requests = 0;

  function refuse(outgoing: ServerResponse, status: number, code: string, cut: Cut): void {
    count(cuts, cut);
    outgoing.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(code);
  }

  async function route(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    requests += 1;
    const body = await readBody(incoming);
    if (body === null) return refuse(outgoing, 413, "FUNCTION_PAYLOAD_TOO_LARGE", "body too large");
    try {
      const answer = await forward(await take(incoming.url ?? "/"), incoming, body);
      if (Number(answer.headers["content-length"] ?? 0) > MOST_BYTES) {
        answer.destroy();
        return refuse(outgoing, 413, "FUNCTION_PAYLOAD_TOO_LARGE", "answer too large");
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      await pipeline(answer, outgoing);
    } catch {
      if (outgoing.headersSent) {
        count(cuts, "broken by a kill");
        outgoing.destroy(); // an orderly end would pass half an answer for a whole one
      } else refuse(outgoing, 504, "FUNCTION_INVOCATION_TIMEOUT", "ended by a kill");
    }
  }

  const service = await listen(route);
  return { ...service, requests: () => requests, cuts };
}

/** The whole body; null if it is too large for a function. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming) {
    size += piece.length;
    if (size > MOST_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

function forward(target: Target, { method, url, rawHeaders }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  target.touch();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = asForwarded(rawHeaders, body.length);
  // Each on a connection of its own: a kept one may belong to a process that is about to be killed.
  const sent = request(new URL(url ?? "/", target.url), { method, agent: false }, resolve);
  sent.once("error", reject);
  for (const [name, values] of headers) sent.setHeader(name, values);
  sent.end(body);
  return promise;
}

/** The caller's headers, `Host` among them, with the body's length and with the caller's address as the platform writes it. */
function asForwarded(raw: readonly string[], length: number): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), raw[at + 1] ?? ""]);
  }
  const address = headers.get(ADDRESS_HEADER) ?? ["127.0.0.1"];
  for (const name of ["transfer-encoding", "connection", "expect", "content-length", ADDRESS_HEADER]) {
    headers.delete(name);
  }
  if (length > 0) headers.set("content-length", [String(length)]);
  return headers.set("x-forwarded-for", address); // whatever the caller claims
}
