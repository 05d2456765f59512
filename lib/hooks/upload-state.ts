import { smoothedRate } from "@/lib/core/progress";
import type { ApiProblem } from "@/lib/hooks/fetch-json";

/** Shorter steps say more about timers than about the line. */
const SHORTEST_STEP_MS = 250;

/** Where an import stands until there is a job for it. */
export type UploadState =
  | { readonly phase: "idle" }
  | Sending
  | { readonly phase: "submitting"; readonly size: number; readonly trouble: string | null }
  | { readonly phase: "failed"; readonly problem: ApiProblem };

export interface Sending {
  readonly phase: "sending";
  readonly sent: number;
  readonly size: number;
  /** Bytes per second; null until it can be known. */
  readonly rate: number | null;
  readonly at: number;
  /** Bytes at the last measurement of the rate. */
  readonly measured: number | null;
  readonly trouble: string | null;
}

export type UploadEvent =
  | { readonly kind: "started"; readonly size: number; readonly at: number }
  | { readonly kind: "sent"; readonly bytes: number; readonly at: number }
  | { readonly kind: "troubled"; readonly problem: ApiProblem }
  | { readonly kind: "arrived"; readonly size: number }
  | { readonly kind: "failed"; readonly problem: ApiProblem }
  | { readonly kind: "reset" };

/** The next state of an upload; events that come too late change nothing. */
export function nextUpload(state: UploadState, event: UploadEvent): UploadState {
  switch (event.kind) {
    case "reset":
      return { phase: "idle" };
    case "failed":
      return { phase: "failed", problem: event.problem };
    case "started":
      return { phase: "sending", sent: 0, size: event.size, rate: null, at: event.at, measured: null, trouble: null };
    case "arrived":
      return { phase: "submitting", size: event.size, trouble: null };
    case "troubled":
      return "trouble" in state ? { ...state, trouble: event.problem.message } : state;
    case "sent":
      return state.phase === "sending" ? withSent(state, event) : state;
  }
}

function withSent(state: Sending, { bytes, at }: { readonly bytes: number; readonly at: number }): Sending {
  const sent = Math.max(state.sent, bytes);
  // a part that begins again and breaks again moves nothing: the trouble is not over
  const trouble = sent > state.sent ? null : state.trouble;
  // the first number is what was there already, not what the line has carried
  if (state.measured === null) return { ...state, sent, at, measured: sent, trouble };
  if (at - state.at < SHORTEST_STEP_MS) return { ...state, sent, trouble };
  const rate = smoothedRate(state.rate ?? undefined, sent - state.measured, at - state.at) ?? null;
  return { ...state, sent, at, measured: sent, rate, trouble };
}

/** Milliseconds until all is sent; null while that cannot be known. */
export const uploadEtaMs = ({ sent, size, rate, trouble }: Sending): number | null =>
  rate && !trouble ? Math.round(((size - sent) / rate) * 1_000) : null;
