import type { z } from "zod";
import { parseCall, type RouteContext } from "@/lib/api/parse-call";
import { problemResponse, toProblem } from "@/lib/api/problem";
import type { Contract } from "@/lib/contracts/contract";
import { AppError } from "@/lib/errors";

/** What a handler is given: a request that was checked, and the application to answer it with. */
export interface Call<App, Params, Query, Body> {
  readonly app: App;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
}

/** Whose request it is, in a cookie. */
export interface Sessions {
  /** Null without a valid one. */
  read(request: Request): Promise<string | null>;
  /** A session for a new owner, or for the one given. */
  issue(owner?: string): Promise<{ readonly owner: string; readonly setCookie: string }>;
}

export interface HandleDeps<App> {
  /** The application, opened by the first request that needs it. */
  readonly open: () => App | Promise<App>;
  readonly isForeign: (request: Request, app: App) => boolean;
  /** `app` is null if it could not be opened. */
  readonly onUnexpected: (error: unknown, request: Request, app: App | null) => void;
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Makes what every endpoint owes: refusal of foreign pages, identity, validation, honest errors. A reply
 * that is no `Response` is sent as JSON with 200.
 */
export function createHandle<App extends { readonly sessions: Sessions }>(deps: HandleDeps<App>) {
  const { open, isForeign, onUnexpected } = deps;

  /** `cookies` collects what goes out with the reply, also with a problem. */
  async function answer<Reply>(
    request: Request,
    business: (app: App, cookies: string[]) => Promise<Reply | Response>,
  ): Promise<Response> {
    const cookies: string[] = [];
    let app: App | null = null;
    const response = await reply().catch(fail);
    for (const cookie of cookies) response.headers.append("set-cookie", cookie);
    return response;

    async function reply() {
      app = await open();
      if (!READS.has(request.method) && isForeign(request, app)) {
        throw new AppError("foreign_origin", "Another site's page may not change anything here.");
      }
      const value = await business(app, cookies);
      if (value instanceof Response) return value;
      return Response.json(value, { headers: { "cache-control": "private, no-store" } });
    }

    function fail(error: unknown) {
      const problem = toProblem(error);
      if (problem.status >= 500) onUnexpected(error, request, app);
      return problemResponse(problem);
    }
  }

  async function identify({ sessions }: App, request: Request, cookies: string[]): Promise<string> {
    const known = await sessions.read(request);
    if (known !== null) return known;
    const { owner, setCookie } = await sessions.issue();
    cookies.push(setCookie);
    return owner;
  }

  /** For callers with things of their own; the first call without a session makes one. */
  function handle<R extends z.ZodType, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    contract: Contract<R, P, Q, B>,
    business: (
      call: Call<App, z.output<P>, z.output<Q>, z.output<B>> & { readonly owner: string },
    ) => Promise<z.input<R> | Response>,
  ) {
    return (request: Request, context: RouteContext): Promise<Response> =>
      answer(request, async (app, cookies) => {
        const owner = await identify(app, request, cookies);
        return business({ app, owner, request, ...(await parseCall(contract, request, context)) });
      });
  }

  /** For everybody, without a session. */
  function handleOpen<R extends z.ZodType, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    contract: Contract<R, P, Q, B>,
    business: (call: Call<App, z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R> | Response>,
  ) {
    return (request: Request, context: RouteContext): Promise<Response> =>
      answer(request, async (app) => business({ app, request, ...(await parseCall(contract, request, context)) }));
  }

  return { handle, handleOpen };
}
