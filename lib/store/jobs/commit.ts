import type { RunningJob } from "@/lib/core/job";
import type { Commit, CommitAnswer, HeldJob, JobStore } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import * as machine from "@/lib/core/state-machine";
import { billed } from "@/lib/store/jobs/billing";
import { parseKept, textOf } from "@/lib/store/jobs/job-text";
import { DUE, jobPlace, jobTimer } from "@/lib/store/jobs/places";

/** Every round somebody else wrote to this very job: a stop, a heartbeat. */
const MAX_ROUNDS = 25;

/** The most frequent write by far: one guarded write, and no read unless that is refused. */
export function createCommit(ledger: Ledger): JobStore["commit"] {
  async function readOwn({ job: { id, token } }: HeldJob): Promise<HeldJob | null> {
    const [entry] = await ledger.read([jobPlace(id)]);
    if (!entry) return null;
    const { rev, job } = parseKept(id, entry);
    return job.state === "running" && job.token === token ? { rev, job } : null;
  }

  async function write({ rev, job: before }: HeldJob, { reached, leasedUntil, now }: Commit): Promise<HeldJob | null> {
    const saved = reached
      ? machine.commit(before, { ...reached, leasedUntil, now })
      : machine.renew(before, { leasedUntil, now });
    const job = billed(saved, "commit");
    const put = { key: jobPlace(job.id), expect: rev, entry: { rev: rev + 1, text: textOf(job) } };
    const moves = [{ set: DUE, member: jobTimer(job.id), score: leasedUntil }];
    const [isApplied] = await ledger.apply([{ puts: [put], moves }]);
    return isApplied ? { rev: rev + 1, job } : null;
  }

  return async function commit(held, wish) {
    let current: HeldJob | null = held;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const saved: HeldJob | null = await write(current, wish);
      if (saved) return answerOf(saved);
      current = await readOwn(held);
      if (!current) return { kind: "lost" };
      if (hasLanded(current.job, held.job, wish)) return answerOf(current);
    }
    throw new Error(`${held.job.id} was changed ${MAX_ROUNDS} times while it was being saved.`);
  };
}

/** Whether this very call has already taken effect, and only its answer was lost. */
const hasLanded = (current: RunningJob, before: RunningJob, { reached, leasedUntil }: Commit) =>
  reached ? current.commits > before.commits : current.leasedUntil >= leasedUntil;

const answerOf = (held: HeldJob): CommitAnswer => ({ kind: held.job.stop ?? "continue", held });
