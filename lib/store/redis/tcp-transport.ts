import { createHash } from "node:crypto";
import type { UpstashResponse } from "@upstash/redis";
import type { Redis as TcpRedis } from "ioredis";
import type { Transport } from "@/lib/store/redis/create-client";

type Command = readonly unknown[];

/** Carries the client's requests over a connection instead of HTTP: single commands and pipelines. */
export function createTcpTransport(tcp: Pick<TcpRedis, "call">): Transport {
  const call = createCall(tcp);
  const answer = async (command: Command) => ({ result: (await call(command)) ?? null });

  return async ({ path, body }) => {
    // The client leaves its requests untyped; these are the two shapes that it sends.
    const reply =
      path?.[0] === "pipeline" ? await Promise.all((body as Command[]).map(answer)) : await answer(body as Command);
    // It types a reply by what its caller expects; whoever asked parses it.
    return reply as UpstashResponse<never>;
  };
}

/** Sends a script by its hash, and whole only if the server does not know it yet. */
function createCall(tcp: Pick<TcpRedis, "call">) {
  const hashes = new Map<string, string>();
  const hashOf = (script: string) => {
    const hash = hashes.get(script) ?? createHash("sha1").update(script).digest("hex");
    hashes.set(script, hash);
    return hash;
  };

  return async (command: Command): Promise<unknown> => {
    const name = String(command[0]);
    const args = command.slice(1) as string[]; // numbers are among them, which the connection writes as text
    // Upper case: on lower-case names ioredis reshapes some replies. A list: spread, many would overflow the stack.
    if (name !== "eval") return tcp.call(name.toUpperCase(), args);
    const [script = ""] = args;
    try {
      return await tcp.call("EVALSHA", args.with(0, hashOf(script)));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return tcp.call("EVAL", args); // its first use since the server started
    }
  };
}
