import { createSingleUse, type SingleUseDeps } from "@/lib/auth/single-use";

const LIFE_MS = 7 * 24 * 3_600_000;

export const INVITATION = "invitation";

/** Invitations: each makes one new owner, once, and within a week. */
export function createInvitations(deps: SingleUseDeps) {
  const { issue, redeem } = createSingleUse(deps, { purpose: INVITATION, lifeMs: LIFE_MS });
  return { issue: () => issue(deps.ids("own")), redeem };
}
