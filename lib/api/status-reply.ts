import type { z } from "zod";
import type { readStatus } from "@/lib/contracts/status";

/** Health for people and for load balancers, which look at the status code alone. */
export const statusReply = (status: z.input<(typeof readStatus)["reply"]>): Response =>
  Response.json(status, {
    status: status.status === "ok" ? 200 : 503,
    headers: { "cache-control": "no-store", ...(status.status === "ok" ? {} : { "retry-after": "5" }) },
  });
