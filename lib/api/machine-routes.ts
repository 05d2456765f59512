import { KickMessage } from "@/lib/core/kick-message";
import { AppError } from "@/lib/errors";

export interface MachineDeps {
  /** The body of a request that can prove where it comes from; null if it cannot. */
  readonly verify: (request: Request) => Promise<string | null>;
  readonly toResponse: (error: unknown) => Response;
}

/** Tells QStash that sending the same message again cannot help. */
const NEVER_AGAIN = { status: 489, headers: { "upstash-nonretryable-error": "true" } };

/**
 * A route that only machines call: verified, then acted on. A message that makes no sense is refused for
 * good; a failure of ours is a 5xx, so that it is sent again.
 */
export function createMachineRoute({ verify, toResponse }: MachineDeps) {
  return (act: (body: string) => Promise<object | "malformed">) =>
    async (request: Request): Promise<Response> => {
      try {
        const body = await verify(request);
        if (body === null)
          throw new AppError("unauthenticated", "Only machines that prove who they are may call this.");
        const answer = await act(body);
        return answer === "malformed" ? new Response("Malformed message.", NEVER_AGAIN) : Response.json(answer);
      } catch (error) {
        return toResponse(error);
      }
    };
}

/** Reads a kick from a message's body; null if it is none. */
export function parseKick(body: string): KickMessage | null {
  try {
    return KickMessage.safeParse(JSON.parse(body)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
