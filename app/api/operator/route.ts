import { handleOpen } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { withCookie } from "@/lib/api/with-cookie";
import { readOperator, signInOperator, signOutOperator } from "@/lib/contracts/operator";
import { AppError } from "@/lib/errors";

export const GET = handleOpen(readOperator, async ({ app, request }) => ({
  isOperator: await app.operator.isOperator(request),
}));

/** Signs in with the operator's token. */
export const POST = handleOpen(signInOperator, async ({ app, request, body }) => {
  const setCookie = await app.operator.signIn(request, body.token);
  if (setCookie === null) throw new AppError("unauthenticated", "This is not the operator's token.");
  return withCookie({ isOperator: true }, setCookie);
});

export const DELETE = handleOpen(signOutOperator, async ({ app }) =>
  withCookie({ isOperator: false }, app.operator.signOut()),
);

export const { PUT, PATCH } = refuseAllBut("GET", "POST", "DELETE");
