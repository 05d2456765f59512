import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { WindowCounter } from "@/lib/quota/window-counter";

/** How often somebody may ask. */
export interface Limits {
  /** @throws AppError `too_many_requests` */
  admit(subject: string, what: "read" | "mutation"): Promise<void>;
}

/** For the embedded default, where everybody is at home. */
export const NO_LIMITS: Limits = { admit: async () => {} };

/** Counts reads and mutations, each with a counter of its own. */
export function createLimits({
  reads,
  mutations,
  clock,
}: {
  readonly reads: WindowCounter;
  readonly mutations: WindowCounter;
  readonly clock: Clock;
}): Limits {
  return {
    async admit(subject, what) {
      const freeAt = await (what === "read" ? reads : mutations).take(subject);
      if (freeAt !== null) throw tooMany("Too many requests. Wait a little, then go on.", freeAt - clock());
    },
  };
}

/** Refuses for `waitMs`. */
export const tooMany = (title: string, waitMs: number): AppError =>
  new AppError("too_many_requests", title, { details: { retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)) } });
