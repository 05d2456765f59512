import type { z } from "zod";
import { Problem } from "@/lib/contracts/contract";

/** What the server answered instead of the reply. `code` is stable, `message` may be shown, `details` depend on the code. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: string,
    message: string,
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    { details = {}, ...options }: ErrorOptions & { details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.details = details;
  }
}

/** A dead connection must not look like a slow server for ever. */
const TIMEOUT_MS = 30_000;

/** Sends a request and parses its reply. @throws ApiProblem */
export async function fetchJson<Reply extends z.ZodType>(
  url: string,
  reply: Reply,
  init: RequestInit = {},
): Promise<z.output<Reply>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw unreachable({ cause });
  }
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable({ cause });
  });
  if (!response.ok) throw toProblem(response.status, text);
  return reply.parse(JSON.parse(text));
}

/** The same for a body that is JSON itself. */
export const postJson = <Reply extends z.ZodType>(url: string, reply: Reply, body: unknown, init: RequestInit = {}) =>
  fetchJson(url, reply, {
    ...init,
    method: "POST",
    headers: { ...init.headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** The problem in a refused request's body, or one made from the status where a proxy answered instead of us. */
export function toProblem(status: number, text: string): ApiProblem {
  const problem = Problem.safeParse(parseOrNull(text));
  if (problem.success) {
    const { code, title, ...details } = problem.data;
    return new ApiProblem(code, title, status, { details });
  }
  return new ApiProblem("unexpected_answer", `The server answered ${status} without giving a reason.`, status);
}

export const unreachable = (options: ErrorOptions = {}) =>
  new ApiProblem("unreachable", "The server cannot be reached. Check your connection.", 0, options);

/** Whether the same request may well succeed later. */
export const isTemporary = (problem: unknown): problem is ApiProblem =>
  problem instanceof ApiProblem && (problem.status >= 500 || [0, 408, 425, 429].includes(problem.status));

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not JSON at all: the caller makes a problem from the status
  }
}
