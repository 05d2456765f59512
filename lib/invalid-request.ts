import type { z } from "zod";
import { AppError } from "@/lib/errors";

/**
 * What a caller sent does not fit its schema. Only for what came from outside: a `ZodError` about our own
 * records or replies is our mistake, and its details stay here.
 */
export function invalidRequest(what: string, error: z.ZodError): AppError {
  const issues = error.issues.map(({ path, code, message }) => ({ path: path.map(String), code, message }));
  const [first] = issues;
  const where = first?.path.length ? ` at "${first.path.join(".")}"` : "";
  const title = `${what} is not valid${where}: ${first?.message ?? "see the issues"}`;
  return new AppError("invalid_request", title, { details: { issues }, cause: error });
}
