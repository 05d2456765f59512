import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { VERSION } from "@/lib/version";
import type { Resolve } from "@/lib/webhooks/address";
import { createSend } from "@/lib/webhooks/send";

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const MESSAGE = { id: "dlv_1", body: '{"type":"job.completed"}' };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A receiver on this machine. Answers where it is reached under a name. */
async function aReceiver(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return `http://hooks.test:${port}/hook`;
}

const answering = (status: number, headers: Record<string, string> = {}) =>
  aReceiver((request, response) => {
    request.resume();
    response.writeHead(status, headers).end("an answer");
  });

interface Circumstances {
  readonly resolve?: Resolve;
  readonly allowPrivate?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function sendTo(url: string, { signal = new AbortController().signal, ...circumstances }: Circumstances = {}) {
  const send = createSend({
    resolve: async () => ["127.0.0.1"],
    allowPrivate: true,
    clock: Date.now,
    ...circumstances,
  });
  return send(url, MESSAGE, [SECRET], signal);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe("sending a webhook", () => {
  test("posts the message as it is, signed as Standard Webhooks wants it", async () => {
    const heard = Promise.withResolvers<{ body: string; headers: IncomingMessage["headers"]; method: string }>();
    const url = await aReceiver(async (request, response) => {
      const { headers, method = "" } = request;
      heard.resolve({ body: await textOf(request), headers, method });
      response.writeHead(204).end();
    });
    expect(await sendTo(url)).toEqual({ kind: "delivered", status: 204 });
    const { body, headers, method } = await heard.promise;
    expect([method, body]).toEqual(["POST", MESSAGE.body]);
    expect(headers).toMatchObject({ "content-type": "application/json", "user-agent": `Longhaul/${VERSION}` });
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({ type: "job.completed" });
  });

  test("follows no redirect, and says so", async () => {
    let calls = 0;
    const url = await aReceiver((request, response) => {
      calls += 1;
      request.resume();
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    const error = "It answered 307: redirects are not followed. Give the address that it leads to.";
    expect(await sendTo(url)).toEqual({ kind: "refused", status: 307, error, retryAfterMs: null });
    expect(calls).toBe(1);
  });

  test("tells an endpoint that is gone from one that fails", async () => {
    const gone = { kind: "gone", status: 410, error: "It answered 410: nothing is there any more." };
    expect(await sendTo(await answering(410))).toEqual(gone);
    const failed = { kind: "refused", status: 500, error: "It answered 500.", retryAfterMs: null };
    expect(await sendTo(await answering(500))).toEqual(failed);
  });

  test.each([
    ["120", 120_000],
    ["soon", null],
    ["-5", null],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("reads what it is asked to wait: %s", async (header, retryAfterMs) => {
    const url = await answering(503, { "retry-after": header });
    expect(await sendTo(url)).toEqual({ kind: "refused", status: 503, error: "It answered 503.", retryAfterMs });
  });

  test("waits no longer than its time for an answer", async () => {
    const url = await aReceiver((request) => void request.resume());
    const error = "It did not answer within 0.05 s.";
    expect(await sendTo(url, { timeoutMs: 50 })).toEqual({ kind: "refused", status: null, error, retryAfterMs: null });
  });

  test("waits no longer than its time for the end of an answer that trickles", async () => {
    const url = await aReceiver((request, response) => {
      request.resume();
      response.writeHead(200).write("a");
    });
    expect(await sendTo(url, { timeoutMs: 100 })).toMatchObject({ kind: "refused", status: null });
  });

  test("reads no more than the beginning of an answer that never ends", async () => {
    const closed = Promise.withResolvers<void>();
    const url = await aReceiver((request, response) => {
      request.resume();
      response.writeHead(200);
      response.on("close", closed.resolve);
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) {}
      };
      response.on("drain", pour);
      pour();
    });
    expect(await sendTo(url)).toEqual({ kind: "delivered", status: 200 });
    await closed.promise;
  });

  test("says that nobody answers", async () => {
    const url = await answering(200);
    servers.splice(0).map((server) => server.close());
    expect(await sendTo(url)).toMatchObject({ kind: "refused", error: "It could not be reached (ECONNREFUSED)." });
    const unknown = await sendTo(url, {
      resolve: () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })),
    });
    expect(unknown).toMatchObject({ kind: "refused", error: "It could not be reached (ENOTFOUND)." });
  });

  test("throws what it was stopped with", async () => {
    const stopping = new AbortController();
    const url = await aReceiver((request) => {
      request.resume();
      stopping.abort();
    });
    await expect(sendTo(url, { signal: stopping.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a webhook that leads into a private network", () => {
  const refused = {
    kind: "refused",
    status: null,
    error: "It leads into a network that is not public.",
    retryAfterMs: null,
  };

  /** A receiver that should hear nothing. */
  async function aSecret() {
    const heard: string[] = [];
    const url = await aReceiver((request, response) => {
      heard.push(request.url ?? "");
      response.end();
    });
    return { url, port: new URL(url).port, heard };
  }

  test.each([[["127.0.0.1"]], [["93.184.215.14", "127.0.0.1"]], [["::ffff:127.0.0.1"]], [[]]])(
    "is not connected to when its name means %j by then",
    async (addresses) => {
      const { url, heard } = await aSecret();
      expect(await sendTo(url, { allowPrivate: false, resolve: async () => addresses })).toEqual(refused);
      expect(heard).toEqual([]);
    },
  );

  test("is asked for once, so that no second answer can differ from the one that was checked", async () => {
    const { url } = await aSecret();
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [asked === 1 ? "127.0.0.1" : "93.184.215.14"];
    };
    expect(await sendTo(url, { allowPrivate: false, resolve })).toEqual(refused);
    expect(asked).toBe(1);
  });

  test.each(["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "0"])(
    "is not connected to as %s, which is never looked up",
    async (host) => {
      const { port, heard } = await aSecret();
      const resolve = () => Promise.reject(new Error("There is nothing to look up."));
      expect(await sendTo(`http://${host}:${port}/hook`, { allowPrivate: false, resolve })).toEqual(refused);
      expect(heard).toEqual([]);
    },
  );
});
