import type { RouteContext } from "@/lib/api/parse-call";

type Route = (request: Request, context: RouteContext) => Promise<Response>;

interface CallOptions {
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** An object is sent as JSON. */
  readonly body?: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose session the request has; null for none. */
  readonly owner?: string | null;
}

/** Calls a route as Next would. */
export function call(route: Route, options: CallOptions = {}): Promise<Response> {
  const { method = "GET", params = {}, query = "", body, headers = {}, owner = "ada" } = options;
  const request = new Request(`http://app.test/api/tested${query}`, {
    method,
    headers: { ...headers, ...(owner === null ? {} : { cookie: `owner=${owner}` }) },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return route(request, { params: Promise.resolve(params) });
}
