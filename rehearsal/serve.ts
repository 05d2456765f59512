import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listen, type Service } from "@/rehearsal/listen";

/** Answers a request; null breaks the connection without an answer. */
export type Answer = (request: Request) => Promise<Response | null>;

/** Puts an answerer of web requests on a port of this machine that nobody else has. */
export async function serve(answer: Answer): Promise<Service> {
  let url = "";
  return listen(
    async (incoming, outgoing) => {
      const response = await answer(toRequest(incoming, url));
      if (response === null) return void outgoing.destroy();
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body) await pipeline(response.body, outgoing);
      else outgoing.end();
    },
    (given) => {
      url = given;
    },
  );
}

function toRequest(incoming: IncomingMessage, base: string): Request {
  const { method = "GET", url = "/" } = incoming;
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  // The types of Node's web streams and the browser's differ in name only; `duplex` is missing from the latter.
  const body = hasBody ? { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: "half" } : {};
  // A publish carries a whole address in its path: it is appended, because `new URL(path, base)` would tidy it.
  return new Request(base + url, { method, headers, ...body } as RequestInit);
}
