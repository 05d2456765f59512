import { problemResponse, toProblem } from "@/lib/api/problem";
import { AppError } from "@/lib/errors";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Refusals = Readonly<Record<Method, (request: Request) => Promise<Response>>>;

/** Handlers for the methods that a route does not have: Next's own answer would be no problem document. */
export function refuseAllBut(...allowed: readonly Method[]): Refusals {
  const allow = allowed.join(", ");
  return refuseWith(async ({ method }) => {
    const error = new AppError("method_not_allowed", `${method} is not possible here. Use ${allow}.`);
    return problemResponse(toProblem(error), { allow });
  });
}

/** For addresses where nothing is. */
export const refuseAll = (): Refusals =>
  refuseWith(async () => problemResponse(toProblem(new AppError("not_found", "There is nothing at this address."))));

const refuseWith = (refuse: (request: Request) => Promise<Response>): Refusals => ({
  GET: refuse,
  POST: refuse,
  PUT: refuse,
  PATCH: refuse,
  DELETE: refuse,
});
