import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** An API token without its text, which nobody has but its owner. */
export const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.int(),
  /** To the hour; null: never. */
  lastUsedAt: z.int().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;

/** `GET /api/tokens` */
export const listTokens = defineContract({ reply: z.object({ tokens: z.array(TokenView) }) });

/** `POST /api/tokens`: `token` is shown this once. */
export const createToken = defineContract({
  body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
  reply: TokenView.extend({ token: z.string() }),
});

/** `DELETE /api/tokens/:id` */
export const revokeToken = defineContract({
  params: z.object({ id: z.string().regex(/^tok_[0-9a-z]{1,40}$/) }),
  reply: z.object({ revoked: z.literal(true) }),
});
