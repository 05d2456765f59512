import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

const Verdict = z.enum(["ok", "warning", "wrong"]);

/** `GET /api/ops/health` (operator): what `npm run doctor` finds, seen from the running app. Takes seconds. */
export const readHealth = defineContract({
  reply: z.object({
    /** The worst of all findings. */
    verdict: Verdict,
    summary: z.string(),
    findings: z
      .array(z.object({ check: z.string(), verdict: Verdict, says: z.string(), todo: z.string().nullable() }))
      .readonly(),
  }),
});
