import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createSignInLink } from "@/lib/contracts/sign-in-links";

export const POST = handle(createSignInLink, async ({ app, owner, body: { path } }) => {
  const token = await app.signInLinks.issue(owner);
  return { url: `${app.appUrl}/sign-in?${new URLSearchParams({ token, path })}` };
});

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
