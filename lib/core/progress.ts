import type { Checkpoint, StageRecord } from "@/lib/core/checkpoint";
import type { StageSpecs } from "@/lib/core/stage";

/**
 * How much of the whole job is done, 0 to 100: resumable stages share it by weight, the others weigh nothing, and neither
 * do those that the job has gone past without beginning them. Held at 99.9 until the job has completed.
 */
export function percentOf(stages: StageSpecs, { stages: records }: Checkpoint): number {
  let whole = 0;
  let done = 0;
  const names = Object.keys(stages);
  const reached = names.findLastIndex((name) => records[name]);
  for (const [index, name] of names.entries()) {
    const spec = stages[name];
    const isLeftOut = index < reached && !records[name];
    if (typeof spec !== "object" || isLeftOut) continue;
    const weight = spec.weight ?? 1;
    whole += weight;
    done += weight * shareOf(records[name]);
  }
  return whole === 0 ? 0 : Math.min(99.9, Math.round((1_000 * done) / whole) / 10);
}

function shareOf(record: StageRecord | undefined): number {
  if (!record) return 0;
  if (record.state === "done") return 1;
  return record.total ? Math.min(1, record.done / record.total) : 0;
}

/** How long the rate remembers: a commit this old weighs 1/e. */
const MEMORY_MS = 10_000;

/** Units per second after `gain` units in `elapsedMs`, smoothed so that one slow commit does not make it jump. */
export function smoothedRate(before: number | undefined, gain: number, elapsedMs: number): number | undefined {
  if (elapsedMs <= 0) return before;
  const latest = (gain * 1_000) / elapsedMs;
  if (before === undefined) return latest;
  const weight = 1 - Math.exp(-elapsedMs / MEMORY_MS);
  return before + weight * (latest - before);
}

/** Milliseconds until the running stage is done at its present rate; null while that cannot be known. */
export function etaMs(record: StageRecord | undefined): number | null {
  if (record?.state !== "running" || !record.total || !record.rate) return null;
  return Math.round((Math.max(0, record.total - record.done) / record.rate) * 1_000);
}
