import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { revokeToken } from "@/lib/contracts/tokens";
import { AppError } from "@/lib/errors";

/** Revokes a token: it is refused everywhere within a minute. */
export const DELETE = handle(revokeToken, async ({ app, owner, params }) => {
  const isRevoked = await app.apiTokens.revoke(owner, params.id);
  if (!isRevoked) throw new AppError("not_found", "There is no such token.");
  return { revoked: true as const };
});

export const { GET, POST, PUT, PATCH } = refuseAllBut("DELETE");
