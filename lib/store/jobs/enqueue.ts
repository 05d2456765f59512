import { z } from "zod";
import type { Condition } from "@/lib/core/condition";
import { isFinished, type Job, JobId } from "@/lib/core/job";
import type { EnqueueAnswer, JobStore, NewJob } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import type { Put } from "@/lib/core/ledger";
import { billOf } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { recordOf } from "@/lib/store/jobs/new-job";
import { activePlace, idempotencyPlace, jobPlace, uniquePlace } from "@/lib/store/jobs/places";
import { kicksOf, loadLanes, plan } from "@/lib/store/jobs/plan";
import { loadLanesLeft, placesFreed, planTakeOver, type TakeOver, takeOverOf } from "@/lib/store/jobs/take-over";
import { isMet, whileUnmoved } from "@/lib/store/jobs/unmoved";

/** How long a repeated request is known. */
const IDEMPOTENCY_MS = 24 * 3_600_000;

/** While the store writes one batch of jobs, the next is made ready. */
const BATCHES_AHEAD = 8;

/** Whether a job neither takes turns with others of its call nor takes their room. */
const standsAlone = ({ concurrencyKey, maxActive }: NewJob) => concurrencyKey === null && maxActive === undefined;

const Remembered = z.object({ jobId: JobId, fingerprint: z.string() });

interface EnqueueDeps extends Deps {
  readonly retention: Retention;
}

interface Item {
  readonly newJob: NewJob;
  readonly record: ReturnType<typeof recordOf>;
}

/**
 * Most jobs are new and stand alone: they are written unread, under the guard that nothing is there yet.
 * What is refused, and what takes turns with others, is read first.
 */
export function createEnqueue(deps: EnqueueDeps): JobStore["enqueue"] {
  const { retention } = deps;

  return async function enqueue(newJobs, now, condition) {
    const commands = billOf("enqueue", newJobs.length);
    const ahead = newJobs.every(standsAlone) ? BATCHES_AHEAD : 1;
    const placed = newJobs.map((newJob, place) => ({ newJob, place }));
    const { answers, kicks } = await decideAgain(deps, placed, { now, ahead }, async (items, desk, round) => {
      const batch = items.map(({ newJob, place }): Item => {
        return { newJob, record: recordOf(newJob, { place, commands, now }) };
      });
      if (condition) await desk.load([jobPlace(condition.id)]);
      if (round > 0 || batch.some(({ newJob }) => newJob.concurrencyKey !== null)) await loadRivals(desk, batch);
      await loadLanes(
        desk,
        batch.map(({ record }) => ({ was: null, after: record })),
      );
      const takeOver = ({ newJob }: Item) => takeOverOf(uniqueRival(desk, newJob), newJob, { now, retention });
      await loadLanesLeft(
        desk,
        batch.flatMap((item) => takeOver(item) ?? []),
      );
      const active = await loadActive(deps, round > 0 ? batch : []);
      return batch.map((item) => decide(desk, item, { active, takeOver: takeOver(item), condition, now }));
    });
    return { answers, kicks };
  };
}

/** How many unfinished jobs those have who are limited, by place. Read once the store has refused one. */
async function loadActive({ ledger }: Deps, batch: readonly Item[]): Promise<ReadonlyMap<string, number>> {
  const limited = batch.filter(({ newJob }) => newJob.maxActive !== undefined);
  const places = [...new Set(limited.map(({ newJob }) => activePlace(newJob.owner)))];
  const counts = places.length > 0 ? await ledger.counters(places) : [];
  return new Map(places.map((place, i) => [place, counts[i] ?? 0]));
}

const uniqueOf = (job: NewJob) => (job.uniqueKey === null ? null : uniquePlace(job, job.uniqueKey));
const idempotencyOf = (job: NewJob) => job.idempotency && idempotencyPlace(job, job.idempotency.key);

/** Reads who may have come before these jobs: by id, by unique key, by an idempotent request. */
async function loadRivals(desk: Desk, batch: readonly Item[]): Promise<void> {
  const jobs = batch.map(({ newJob }) => newJob);
  const keys = jobs.flatMap((job) => [jobPlace(job.id), uniqueOf(job), idempotencyOf(job)]);
  await desk.load(keys.filter((key) => key !== null));
  const rivals = jobs.flatMap((job) => [uniqueHolder(desk, job), remembered(desk, job)?.jobId ?? null]);
  await desk.load(rivals.filter((id) => id !== null).map(jobPlace));
}

function uniqueHolder(desk: Desk, job: NewJob): JobId | null {
  const key = uniqueOf(job);
  const entry = key === null ? null : desk.entry(key);
  return entry && JobId.parse(entry.text);
}

/** The unfinished job that holds the new one's unique key. */
function uniqueRival(desk: Desk, job: NewJob): KeptJob | null {
  const id = uniqueHolder(desk, job);
  const kept = id && desk.job(id);
  return kept && !isFinished(kept.job) ? kept : null;
}

function remembered(desk: Desk, job: NewJob) {
  const key = idempotencyOf(job);
  const entry = key === null ? null : desk.entry(key);
  return entry && Remembered.parse(JSON.parse(entry.text));
}

interface Circumstances {
  readonly active: ReadonlyMap<string, number>;
  readonly takeOver: TakeOver | null;
  readonly condition: Condition | undefined;
  readonly now: number;
}

function decide(
  desk: Desk,
  { newJob, record }: Item,
  { active, takeOver, condition, now }: Circumstances,
): Decision<EnqueueAnswer> | "later" {
  const places = [jobPlace(newJob.id), uniqueOf(newJob), idempotencyOf(newJob)];
  if (places.some((key) => key !== null && desk.isPlanned(key))) return "later";

  const same = desk.job(newJob.id);
  if (same) return { answer: { kind: "existing", job: same.job }, change: null, kicks: kicksOf(same.job, now) };

  const earlier = remembered(desk, newJob);
  const first = earlier && desk.job(earlier.jobId);
  if (earlier && earlier.fingerprint !== newJob.idempotency?.fingerprint) {
    return { answer: { kind: "conflict", job: first?.job ?? null }, change: null };
  }
  if (first) return { answer: { kind: "existing", job: first.job }, change: null };

  const rival = takeOver ? null : uniqueRival(desk, newJob);
  if (rival) return existing(desk, newJob, rival.job, now);

  if (condition && !isMet(desk, condition)) return { answer: { kind: "refused" }, change: null };
  const { maxActive } = newJob;
  if (maxActive !== undefined) {
    const others = (active.get(activePlace(newJob.owner)) ?? 0) - placesFreed(takeOver);
    if (others >= maxActive) return { answer: { kind: "full" }, change: null };
  }

  const added = { before: null, after: record, answer: { kind: "added" as const, job: record } };
  const add = () => plan<EnqueueAnswer>(desk, added, now, { maxActive });
  const planned = takeOver ? planTakeOver(desk, takeOver, now, add) : add();
  if (planned === "later") return planned;
  const puts = remember(desk, newJob, newJob.id, now);
  desk.plan({ puts });
  const decision =
    puts.length === 0
      ? planned
      : { ...planned, change: { ...planned.change, puts: [...(planned.change?.puts ?? []), ...puts] } };
  return condition ? whileUnmoved(desk, condition.id, decision) : decision;
}

/** The job that holds the unique key is the answer, or the reason to refuse. */
function existing(desk: Desk, newJob: NewJob, job: Job, now: number): Decision<EnqueueAnswer> {
  if (newJob.onDuplicate === "refuse") return { answer: { kind: "duplicate", job }, change: null };
  const puts = remember(desk, newJob, job.id, now);
  const change = puts.length > 0 ? { puts } : null;
  if (change) desk.plan(change);
  return { answer: { kind: "existing", job }, change };
}

/** A repeat of this request will find this job. */
function remember(desk: Desk, newJob: NewJob, jobId: JobId, now: number): Put[] {
  const key = idempotencyOf(newJob);
  if (key === null || newJob.idempotency === null) return [];
  const rev = desk.entry(key)?.rev ?? 0;
  const text = JSON.stringify({ jobId, fingerprint: newJob.idempotency.fingerprint });
  // By the time, too: when its window ends, what somebody still knows of this one must not pass for the next.
  return [{ key, expect: rev, entry: { rev: Math.max(rev + 1, now), text }, expiresAt: now + IDEMPOTENCY_MS }];
}
