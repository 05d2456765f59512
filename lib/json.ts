import { z } from "zod";

/** What survives JSON unchanged: all that an input, a cursor or a result may be. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Accepts what `JSON.parse` returned. It cannot look inside: the owner of the value parses it. */
export const Json = z.custom<Json>((value) => value !== undefined, { error: "is missing: any JSON will do" });
