import { createSingleUse, type SingleUseDeps } from "@/lib/auth/single-use";

const LIFE_MS = 15 * 60_000;

/** Kinds of record that stand for what was not used yet. */
export const SIGN_IN_LINK = "sign-in-link";

/** Links that give a browser an owner's session: once, and for a quarter of an hour. */
export const createSignInLinks = (deps: SingleUseDeps) =>
  createSingleUse(deps, { purpose: SIGN_IN_LINK, lifeMs: LIFE_MS });
