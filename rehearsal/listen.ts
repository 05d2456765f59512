import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Service {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port with a handler of Node's own kind. A handler that fails breaks the connection. */
export async function listen(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
  onUrl: (url: string) => void = () => {},
): Promise<Service> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The service has no port.");
  const url = `http://127.0.0.1:${address.port}`;
  onUrl(url);
  return {
    url,
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
