import { createServer, type Server } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startRouter } from "@/rehearsal/router";

type Handler = Parameters<typeof createServer>[1];

/** A router before one target that does as told. */
async function setUp(handle: NonNullable<Handler>) {
  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${address && typeof address === "object" ? address.port : 0}`;
  let touched = 0;
  const touch = () => {
    touched += 1;
  };
  const router = await startRouter(async () => ({ url, touch }));
  onTestFinished(router.stop);
  return { router, touched: () => touched };
}

describe("the rehearsed platform's router", () => {
  test("hands a request on as it is, and its answer back", async () => {
    const { router, touched } = await setUp(async (incoming, outgoing) => {
      const pieces = [];
      for await (const piece of incoming) pieces.push(piece);
      const { method, url, headers } = incoming;
      outgoing.setHeader("set-cookie", ["a=1", "b=2"]);
      outgoing.end(
        JSON.stringify({
          method,
          url,
          host: headers.host,
          from: headers["x-forwarded-for"],
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    const answer = await fetch(`${router.url}/api/x?y=z`, {
      method: "PUT",
      body: "long haul",
      headers: { "x-rehearsal-address": "10.0.0.7", "x-forwarded-for": "1.1.1.1" },
    });
    expect(await answer.json()).toEqual({
      method: "PUT",
      url: "/api/x?y=z",
      host: new URL(router.url).host,
      from: "10.0.0.7",
      body: "long haul",
    });
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(touched()).toBe(1);
  });

  test("refuses a body that is too large for a function, which then never sees it", async () => {
    const { router, touched } = await setUp((_incoming, outgoing) => outgoing.end());
    const answer = await fetch(router.url, { method: "POST", body: new Uint8Array(4_500_001) });
    expect([answer.status, await answer.text()]).toEqual([413, "FUNCTION_PAYLOAD_TOO_LARGE"]);
    expect(touched()).toBe(0);
  });

  test("refuses an answer that is too large, but lets a stream of any length pass", async () => {
    const large = Buffer.alloc(4_500_001);
    const { router } = await setUp((incoming, outgoing) => {
      if (incoming.url === "/whole") outgoing.setHeader("content-length", large.length);
      outgoing.write(large);
      outgoing.end();
    });
    expect((await fetch(`${router.url}/whole`)).status).toBe(413);
    expect((await (await fetch(`${router.url}/stream`)).bytes()).length).toBe(large.length);
  });

  test("answers 504 for a process that was killed, and never passes half an answer for a whole one", async () => {
    const { router } = await setUp((incoming, outgoing) => {
      if (incoming.url === "/silent") return void incoming.socket.destroy();
      outgoing.write("half", () => incoming.socket.destroy());
    });
    const answer = await fetch(`${router.url}/silent`);
    expect([answer.status, await answer.text()]).toEqual([504, "FUNCTION_INVOCATION_TIMEOUT"]);
    await expect(fetch(`${router.url}/half`).then((half) => half.text())).rejects.toThrow("terminated");
    await vi.waitFor(() =>
      expect(Object.fromEntries(router.cuts)).toEqual({ "ended by a kill": 1, "broken by a kill": 1 }),
    );
  });
});
