/** One measured thing beside another: `ratio` is ours divided by the peer's, null where nothing stands beside it. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: string;
  /** Whether a larger or a smaller number is the better one. */
  readonly better: "more" | "less";
  /** What the peer is. */
  readonly beside: string | null;
}

interface Measured {
  readonly ours: number;
  readonly peer?: number | undefined;
  readonly unit: string;
  readonly better?: Row["better"];
  readonly beside?: string;
}

/** Three figures say all that a measurement on a shared machine can say. */
const rounded = (value: number) => (Math.abs(value) < 1_000 ? Number(value.toPrecision(3)) : Math.round(value));

export function row(name: string, { ours, peer, unit, better = "more", beside }: Measured): Row {
  return {
    name,
    ours: rounded(ours),
    peer: peer === undefined ? null : rounded(peer),
    ratio: peer === undefined || peer === 0 ? null : rounded(ours / peer),
    unit,
    better,
    beside: beside ?? null,
  };
}
