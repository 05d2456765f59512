import type { MessageFault } from "@/rehearsal/qstash";

/** How large a rehearsal is, and how hard. */
export interface Plan {
  readonly mainRows: number;
  /** Statements that are imported beside the main one, again and again by new owners. */
  readonly otherRows: readonly [number, ...number[]];
  readonly lanes: number;
  readonly instances: number;
  /** The time that a function has. */
  readonly limitMs: number;
  readonly crashShare: number;
  readonly redisFaultShare: number;
  readonly blobFaultShare: number;
  /** Now and then Redis answers nobody for a while. */
  readonly outage: { readonly everyMs: number; readonly forMs: number };
  readonly shares: Readonly<Record<MessageFault | "missed ticks", number>>;
  /** A minute of the cron in so many milliseconds. */
  readonly minuteMs: number;
  /** New jobs begin until so much has gone wrong, */
  readonly wanted: Readonly<Record<"kills" | "doubled" | "lost" | "late" | "redisFaults", number>>;
  /** but not after this time; */
  readonly loadMs: number;
  /** and by this time all must have ended. */
  readonly totalMs: number;
}

const HARD = {
  shares: { doubled: 0.3, late: 0.3, lost: 0.25, overtaken: 0.2, undeliverable: 0.05, "missed ticks": 0.25 },
  // Nothing that is promised hangs on the minute: the app tells due from not due by the clock, which is not hurried.
  minuteMs: 10_000,
  crashShare: 0.35,
} as const;

export const FULL: Plan = {
  ...HARD,
  mainRows: 1_000_000,
  otherRows: [300, 2_000, 8_000, 25_000, 60_000],
  lanes: 10,
  instances: 4,
  limitMs: 20_000,
  redisFaultShare: 0.02,
  blobFaultShare: 0.01,
  outage: { everyMs: 60_000, forMs: 3_000 },
  wanted: { kills: 50, doubled: 100, lost: 100, late: 100, redisFaults: 200 },
  loadMs: 25 * 60_000,
  totalMs: 40 * 60_000,
};

/** For every check of the repository: the same in small. */
export const SMALL: Plan = {
  ...HARD,
  // A lost message holds its queue up for a quarter of a minute: fewer of those let more of everything else happen.
  shares: { ...HARD.shares, doubled: 0.35, late: 0.35, lost: 0.15 },
  mainRows: 60_000,
  otherRows: [300, 2_000, 6_000],
  lanes: 6,
  instances: 3,
  limitMs: 10_000,
  redisFaultShare: 0.03,
  blobFaultShare: 0.02,
  outage: { everyMs: 30_000, forMs: 2_000 },
  wanted: { kills: 3, doubled: 3, lost: 2, late: 3, redisFaults: 15 },
  loadMs: 70_000,
  totalMs: 165_000,
};
