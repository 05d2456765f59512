import { readMessage } from "@/lib/dispatch/read-message";
import type { Verify } from "@/lib/dispatch/verify-qstash";

interface MachineVerifierDeps {
  readonly verifySignature: Verify;
  /** Whether the request shows the route's own secret (`WORKER_SECRET`, `CRON_SECRET`). */
  hasSecret(request: Request): boolean;
}

/** Lets machines in that sign their message or show the route's secret, and answers the message; null for others. */
export function createMachineVerifier({ verifySignature, hasSecret }: MachineVerifierDeps): Verify {
  return (request) => (hasSecret(request) ? readMessage(request) : verifySignature(request));
}
