import { HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Intercepts all that the test file requests; what no handler answers fails. */
export function interceptRequests() {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
  return server;
}

export const problemReply = (status: number, code: string, title: string) =>
  HttpResponse.json({ type: "about:blank", status, code, title }, { status });
