import { StoreUnavailableError } from "@/lib/core/ledger";
import { describeCommandError } from "@/lib/store/redis/command-error";
import type { Transport } from "@/lib/store/redis/create-client";

/** Between one sending and the next. */
const WAITS_MS = [50, 250, 1_000];

export interface ResendDeps {
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Sends the identical request again after a timeout or a failure on the way, for nobody knows
 * whether it was carried out: guards on revisions make the second time harmless. After that, or
 * when the server refuses everybody, it throws a `StoreUnavailableError`.
 */
export function createResend({ wait }: ResendDeps): Transport {
  return async (request, next) => {
    for (let sent = 0; ; sent += 1) {
      try {
        return await next(request);
      } catch (error) {
        const { kind, message } = describeCommandError(error);
        // Never thrown on as it is: the client's own error carries the whole command with its payload.
        if (kind === "refused") throw new Error(`Redis refused a command: ${message}`);
        const waitMs = WAITS_MS[sent];
        if (kind === "unavailable" || waitMs === undefined) throw new StoreUnavailableError(message);
        await wait(waitMs);
      }
    }
  };
}
