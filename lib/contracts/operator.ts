import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** `GET /api/operator`: whether the caller is signed in as the operator. */
export const readOperator = defineContract({ reply: z.object({ isOperator: z.boolean() }) });

/** `POST /api/operator`: signs in with `OPERATOR_TOKEN`, for half a day. */
export const signInOperator = defineContract({
  body: z.strictObject({ token: z.string().min(1).max(1_000) }),
  reply: readOperator.reply,
});

/** `DELETE /api/operator` */
export const signOutOperator = defineContract({ reply: readOperator.reply });

/** `POST /api/invites` (operator): a link that makes one new owner, once and within a week. */
export const createInvite = defineContract({
  /** Whom it is for, as the audit list will show it. */
  body: z.strictObject({ note: z.string().trim().max(100).default("") }),
  reply: z.object({ url: z.url() }),
});

/** `POST /api/invites/accept`: gives this browser the session of a new owner. */
export const acceptInvite = defineContract({
  body: z.strictObject({ token: z.string().min(1).max(2_000) }),
  reply: z.object({ accepted: z.literal(true) }),
});

/** `GET /api/ops/audit` (operator): what the operator has done, newest first. */
export const readAudit = defineContract({
  query: z.object({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(50),
  }),
  reply: z.object({
    actions: z.array(z.object({ id: z.string(), at: z.int(), action: z.string() })),
    cursor: z.string().nullable(),
  }),
});
