import { z } from "zod";
import { invalidRequest } from "@/lib/invalid-request";

const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "1 to 200 visible ASCII characters")
  .nullable();

/** The caller's name for one request; null if it sent none. @throws AppError `invalid_request` */
export function idempotencyKeyOf({ headers }: Request): string | null {
  const parsed = IdempotencyKey.safeParse(headers.get("idempotency-key"));
  if (!parsed.success) throw invalidRequest("The Idempotency-Key", parsed.error);
  return parsed.data;
}
