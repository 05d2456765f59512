import { z } from "zod";
import { readJson } from "@/lib/api/read-body";
import type { Contract } from "@/lib/contracts/contract";
import { AppError } from "@/lib/errors";
import { invalidRequest } from "@/lib/invalid-request";

/** What Next hands to a route beside the request. */
export interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

/** The parts of a request that a contract mentions; the others are not there for its handler either. */
export async function parseCall<R extends z.ZodType, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  contract: Contract<R, P, Q, B>,
  request: Request,
  context: RouteContext,
) {
  return {
    params: parse("The address", contract.params, contract.params && (await context.params)),
    query: parse("The query", contract.query, contract.query && queryOf(request)),
    body: parse("The body", contract.body, contract.body && (await readJson(request))),
  };
}

const queryOf = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

function parse<S extends z.ZodType>(what: string, schema: S | undefined, value: unknown): z.output<S> {
  const parsed = (schema ?? z.undefined()).safeParse(value);
  // The schema is the caller's own S, or undefined, which a contract without this part says too.
  if (parsed.success) return parsed.data as z.output<S>;
  const isAboutId = parsed.error.issues.some((issue) => what === "The address" && issue.path[0] === "id");
  // An id of another form names nothing: like an unknown one, and like somebody else's.
  if (isAboutId) throw new AppError("not_found", "There is nothing with this id.");
  throw invalidRequest(what, parsed.error);
}
