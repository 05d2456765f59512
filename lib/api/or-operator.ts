import type { Gate } from "@/lib/api/create-handle";
import { AppError } from "@/lib/errors";

interface Asked {
  readonly app: Pick<Gate, "operator" | "audit">;
  readonly owner: string;
  readonly request: Request;
}

/**
 * Does something with a job of the caller's own, and for the operator with anybody's (`act` is given null): then
 * it is written to the audit list. To all others, somebody else's job is not found.
 */
export async function orOperator<Answer>(
  { app, owner, request }: Asked,
  action: string,
  act: (owner: string | null) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act(owner);
  } catch (error) {
    const isUnknown = error instanceof AppError && error.code === "not_found";
    // A bearer token here is an owner's: asking whether it is the operator's would count as a guess.
    if (!isUnknown || request.headers.has("authorization") || !(await app.operator.isOperator(request))) throw error;
    await app.audit.write(action);
    return act(null);
  }
}
