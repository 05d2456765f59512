import type { z } from "zod";
import { problemResponse, toProblem } from "@/lib/api/problem";
import { KickMessage } from "@/lib/core/kick-message";
import { AppError } from "@/lib/errors";

interface MachineDeps<App> {
  readonly open: () => App | Promise<App>;
  readonly onUnexpected: (error: unknown, app: App | undefined) => void;
}

/** Tells QStash that sending the same message again cannot help. */
const NEVER_AGAIN = { status: 489, headers: { "upstash-nonretryable-error": "true" } };

/**
 * Makes routes that only machines call: verified, then acted on. A message that makes no sense is
 * refused for good; a failure of ours is a 5xx, so that it is sent again.
 */
export function createMachineRoutes<App>({ open, onUnexpected }: MachineDeps<App>) {
  return (
    /** Answers the body of a request that can prove where it comes from; null if it cannot. */
    verify: (app: App, request: Request) => Promise<string | null>,
    act: (app: App, body: string) => Promise<object | "malformed">,
  ) =>
    async (request: Request): Promise<Response> => {
      let app: App | undefined;
      try {
        app = await open();
        const body = await verify(app, request);
        if (body === null)
          throw new AppError("unauthenticated", "Only machines that prove who they are may call this.");
        const answer = await act(app, body);
        return answer === "malformed" ? new Response("Malformed message.", NEVER_AGAIN) : Response.json(answer);
      } catch (error) {
        const problem = toProblem(error);
        if (problem.status >= 500) onUnexpected(error, app);
        return problemResponse(problem);
      }
    };
}

/** Reads a kick from a message's body; null if it is none. */
export const parseKick = (body: string): KickMessage | null => parseMessage(KickMessage, body);

/** Reads a message's body, which is JSON of a known shape; null if it is not. */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, body: string): z.output<Schema> | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
