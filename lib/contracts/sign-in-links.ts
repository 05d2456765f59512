import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** A page of this application: nothing that leads elsewhere, such as `//host` or `/\host`. */
const OwnPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\\\s]*$/, "A path of this application, such as /jobs.");

/** `POST /api/sign-in-links`: takes the caller's session to another browser, once and within a quarter of an hour. */
export const createSignInLink = defineContract({
  body: z.strictObject({ path: OwnPath.default("/") }),
  reply: z.object({ url: z.url() }),
});

/** `GET /sign-in` */
export const SignInQuery = z.object({ token: z.string().max(2_000), path: OwnPath.default("/") });
