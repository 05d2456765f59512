import type { Condition } from "@/lib/core/condition";
import type { JobId } from "@/lib/core/job";
import type { Change, Put } from "@/lib/core/ledger";
import type { Desk } from "@/lib/store/jobs/create-desk";
import type { Decision } from "@/lib/store/jobs/decide-again";
import { jobPlace } from "@/lib/store/jobs/places";

export function isMet(desk: Desk, { id, holds }: Condition): boolean {
  return holds(desk.job(id)?.job ?? null);
}

/**
 * A decision that is written only if this job is still as it was read, or as gone. Later, if this very round writes it:
 * what it then is is not known yet.
 */
export function whileUnmoved<Answer>(
  desk: Desk,
  id: JobId,
  decision: Decision<Answer> | "later",
): Decision<Answer> | "later" {
  if (decision === "later" || desk.isPlanned(jobPlace(id))) return "later";
  return withMore(decision, { puts: guardsOf(desk, id) });
}

/** A decision with more to write or to ask, in the same change; as it is where it writes nothing. */
export function withMore<Answer>(
  decision: Decision<Answer>,
  { puts = [], adds = [] }: Pick<Change, "puts" | "adds">,
): Decision<Answer> {
  const { change } = decision;
  if (!change) return decision;
  return {
    ...decision,
    change: { ...change, puts: [...(change.puts ?? []), ...puts], adds: [...(change.adds ?? []), ...adds] },
  };
}

/** Asks whether the record is still as it was read. One that is damaged says nothing to rely on. */
function guardsOf(desk: Desk, id: JobId): Put[] {
  const key = jobPlace(id);
  const entry = desk.entry(key);
  const kept = desk.job(id);
  if (!entry || !kept) return [{ key, expect: 0, entry: null }];
  return kept.isDamaged ? [] : [{ key, expect: entry.rev, entry }];
}
