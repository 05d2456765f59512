import { created } from "@/lib/api/created";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createToken, listTokens } from "@/lib/contracts/tokens";

export const GET = handle(listTokens, async ({ app, owner }) => ({ tokens: await app.apiTokens.list(owner) }));

/** Makes an API token; its text is in this answer and nowhere else. */
export const POST = handle(createToken, async ({ app, owner, body: { name } }) =>
  created(await app.apiTokens.create(owner, name)),
);

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
