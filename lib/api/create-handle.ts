import type { z } from "zod";
import { parseCall, type RouteContext } from "@/lib/api/parse-call";
import { problemResponse, toProblem } from "@/lib/api/problem";
import { withoutUnreadBody } from "@/lib/api/unread-body";
import type { Contract } from "@/lib/contracts/contract";
import { limitedAs } from "@/lib/core/owner";
import { AppError } from "@/lib/errors";

/** What a handler is given: a request that was checked, and the application to answer it with. */
export interface Call<App, Params, Query, Body> {
  readonly app: App;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
}

/** What the wrapper asks of an application before it lets anybody in. */
export interface Gate {
  /** Whose request it is. */
  identify(
    request: Request,
  ): Promise<
    | { readonly kind: "owner"; readonly owner: string; readonly setCookie: string | null }
    | { readonly kind: "unauthenticated" | "invitation_needed" }
  >;
  readonly operator: { isOperator(request: Request): Promise<boolean> };
  readonly audit: { write(action: string): Promise<void> };
  /** Throws once a subject has asked too often. */
  readonly limits: { admit(subject: string, what: "read" | "mutation"): Promise<void> };
  /** Stands for a caller who is nobody yet. */
  placeOf(request: Request): string;
}

export interface HandleDeps<App> {
  /** The application, opened by the first request that needs it. */
  readonly open: () => App | Promise<App>;
  readonly isForeign: (request: Request, app: App) => boolean;
  /** `app` is null if it could not be opened. */
  readonly onUnexpected: (error: unknown, request: Request, app: App | null) => void;
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const isRead = ({ method }: Request) => READS.has(method);

const REFUSALS = {
  unauthenticated: "This API token is not valid, or was revoked.",
  invitation_needed: "This application is open to those who were invited. Ask its operator for an invitation.",
} as const;

/**
 * Makes what every endpoint owes: refusal of foreign pages, identity, limits, validation, honest errors. A
 * reply that is no `Response` is sent as JSON with 200.
 */
export function createHandle<App extends Gate>({ open, isForeign, onUnexpected }: HandleDeps<App>) {
  /** `cookies` collects what goes out with the reply, also with a problem. */
  async function answer<Reply>(
    request: Request,
    business: (app: App, cookies: string[]) => Promise<Reply | Response>,
  ): Promise<Response> {
    const cookies: string[] = [];
    let app: App | null = null;
    const response = await withoutUnreadBody(await reply().catch(fail), request);
    for (const cookie of cookies) response.headers.append("set-cookie", cookie);
    return response;

    async function reply() {
      app = await open();
      if (!isRead(request) && isForeign(request, app)) {
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

  async function identify(app: App, request: Request, cookies: string[]): Promise<string> {
    const identity = await app.identify(request);
    if (identity.kind !== "owner") throw new AppError(identity.kind, REFUSALS[identity.kind]);
    if (identity.setCookie !== null) cookies.push(identity.setCookie);
    return identity.owner;
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
        const isCheap = isRead(request) || contract.isRepeated === true;
        await app.limits.admit(limitedAs(owner), isCheap ? "read" : "mutation");
        return business({ app, owner, request, ...(await parseCall(contract, request, context)) });
      });
  }

  /** For everybody, without a session. */
  function handleOpen<R extends z.ZodType, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    contract: Contract<R, P, Q, B>,
    business: (call: Call<App, z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R> | Response>,
  ) {
    return (request: Request, context: RouteContext): Promise<Response> =>
      answer(request, async (app) => {
        await app.limits.admit(app.placeOf(request), isRead(request) ? "read" : "mutation");
        return business({ app, request, ...(await parseCall(contract, request, context)) });
      });
  }

  /** For the operator alone. What he changes is written to the audit list first, in the words of `describe`. */
  function handleOperator<R extends z.ZodType, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    contract: Contract<R, P, Q, B>,
    describe: null | ((call: Call<App, z.output<P>, z.output<Q>, z.output<B>>) => string),
    business: (call: Call<App, z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R> | Response>,
  ) {
    return (request: Request, context: RouteContext): Promise<Response> =>
      answer(request, async (app) => {
        if (!(await app.operator.isOperator(request))) {
          await app.limits.admit(app.placeOf(request), "read");
          throw new AppError("operator_needed", "Only the operator may see and do this. Sign in at /ops.");
        }
        const call = { app, request, ...(await parseCall(contract, request, context)) };
        if (!isRead(request)) await app.audit.write(describe?.(call) ?? `${request.method} ${pathOf(request)}`);
        return business(call);
      });
  }

  return { handle, handleOpen, handleOperator };
}

const pathOf = ({ url }: Request) => new URL(url).pathname;
