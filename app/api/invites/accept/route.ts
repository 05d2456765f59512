import { handleOpen } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { withCookie } from "@/lib/api/with-cookie";
import { acceptInvite } from "@/lib/contracts/operator";
import { AppError } from "@/lib/errors";

/** Makes the caller a new owner. */
export const POST = handleOpen(acceptInvite, async ({ app, body: { token } }) => {
  const owner = await app.invitations.redeem(token);
  if (owner === null) throw new AppError("not_found", "This invitation was used, or has expired. Ask for a new one.");
  const { setCookie } = await app.sessions.issue(owner);
  return withCookie({ accepted: true }, setCookie);
});

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
