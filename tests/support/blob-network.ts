import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, vi } from "vitest";
import { createBlobService } from "@/tests/support/blob-service";

type Handler = (request: Request) => Promise<Response>;
type Incident = (request: Request, answer: Handler) => Promise<Response> | Response | null;

/**
 * A Blob service behind a real port, for the stock client: it brings its own `fetch`, which nothing in the process
 * can put itself in front of. `meet` lets something happen to a request on its way.
 */
export function useBlobNetwork() {
  let service: ReturnType<typeof createBlobService>;
  let incidents: Incident[] = [];
  let origin = "";

  const answer: Handler = async (request) => {
    for (const [index, incident] of incidents.entries()) {
      const met = incident(request, service.handle);
      if (met === null) continue;
      incidents.splice(index, 1);
      return met;
    }
    return service.handle(request);
  };
  const server = createServer((request, response) => void serve(origin, answer, request, response));

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    vi.stubEnv("VERCEL_BLOB_API_URL", `${origin}/api`);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });

  return {
    /** A new, empty store. */
    reset(options: Parameters<typeof createBlobService>[0] = {}) {
      incidents = [];
      service = createBlobService({ apiUrl: `${origin}/api`, home: `${origin}/blobs`, ...options });
      return service;
    },
    /** What happens, once, to the first request for which it answers something. */
    meet: (incident: Incident) => void incidents.push(incident),
  };
}

/** Hands a request to a handler, and sends what it answers; a body that breaks breaks the line. */
async function serve(
  origin: string,
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of incoming) pieces.push(piece as Uint8Array);
    const { method = "GET", url = "/", headers } = incoming;
    const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
    const body = isRead ? {} : { body: Buffer.concat(pieces) };
    const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const response = await handler(new Request(`${origin}${url}`, { method, headers: given, ...body }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    for await (const piece of response.body ?? []) outgoing.write(piece);
    outgoing.end();
  } catch {
    outgoing.socket?.end(); // what a handler throws is a line that breaks, behind what was sent
  }
}
