import type { z } from "zod";
import { AppError } from "@/lib/errors";

/**
 * What a caller sent does not fit its schema. Only for what came from outside: a `ZodError` about our own
 * records or replies is our mistake, and its details stay here.
 */
export function invalidRequest(what: string, error: z.ZodError): AppError {
  const issues = error.issues.map(({ path, code, message }) => ({ path: path.map(String), code, message }));
  const title = `${what} is not valid${sayIssue(error)}`;
  return new AppError("invalid_request", title, { details: { issues }, cause: error });
}

/** The first of what is wrong: ` at "rows.3": Invalid input: expected number, received string`. */
export function sayIssue({ issues: [first] }: z.ZodError): string {
  const where = first?.path.length ? ` at "${first.path.map(String).join(".")}"` : "";
  return `${where}: ${first?.message ?? "see the issues"}`;
}
