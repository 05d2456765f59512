import { isDeepStrictEqual } from "node:util";
import { rowsOf as countedRows } from "@/lib/core/checkpoint";
import { partName } from "@/lib/core/dataset";
import { isFinished, Job } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import { DUE, eventTimer } from "@/lib/store/jobs/places";
import { type Expected, expectedOf } from "@/tests/simulation/expected";
import { createFamilyAudit } from "@/tests/simulation/family-audit";
import { MAX_APART_MS, wrongWith } from "@/tests/simulation/history";
import { FAILURES, TOO_LATE } from "@/tests/simulation/jobs";
import { createLimitsAudit } from "@/tests/simulation/limits-audit";
import type { Mirror, RecordChange, Write } from "@/tests/simulation/mirror";
import { isSameJson } from "@/tests/simulation/same-json";
import { createScheduleAudit } from "@/tests/simulation/schedule-audit";
import { createStandingAudit } from "@/tests/simulation/standing-audit";
import { createWebhookAudit } from "@/tests/simulation/webhook-audit";

interface AuditDeps {
  readonly mirror: () => Mirror;
  readonly texts: ReadonlyMap<string, string>;
  readonly now: () => number;
  readonly effects: ReadonlySet<string>;
}

/** Every so many writes everything is looked at, whether the write has touched it or not. */
const WRITES_PER_LOOK = 16;

const EVENT = eventTimer("");

/** Looks after every write whether all that is promised still holds, and keeps what it has found. */
export function createAudit({ mirror, texts, now, effects }: AuditDeps) {
  const found: string[] = [];
  /** The ends that were written, by their events; how often each was told, and what came of it. */
  const ends = new Set<string>();
  const told = new Map<string, number>();
  const notices = new Map<string, string>();
  /** Jobs that were made, whether or not they are there yet. */
  const seen = new Set<string>();
  /** Which submissions have made a job. */
  const orders = new Map<string, string>();
  const family = createFamilyAudit(mirror);
  const limits = createLimitsAudit(mirror, now);
  const webhooks = createWebhookAudit(mirror, now);
  const asked = new Set<string>();
  const schedules = createScheduleAudit(mirror, now, { asked });
  const standing = createStandingAudit(mirror, () => now() + MAX_APART_MS);
  let writes = 0;

  const look = (sentences: readonly string[]) => void found.push(...sentences);

  /** The rows that a record counts, as a reader of its dataset finds them. */
  function readRows({ id, checkpoint }: Job, dataset = "numbers"): unknown[] {
    return (checkpoint.datasets[dataset] ?? []).flatMap(({ token, parts }) =>
      Array.from({ length: parts }, (_, number) => {
        const text = texts.get(partName({ jobId: id, dataset, token, number }));
        if (text === undefined) return [`part ${number} of ${token}, which was never written`];
        return text
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => JSON.parse(line));
      }).flat(),
    );
  }

  function wrongRows(was: Job | null, job: Job): string[] {
    if (was && isSameJson(was.checkpoint.datasets, job.checkpoint.datasets)) return [];
    const rows = readRows(job);
    const expected = expectedOf(job).rows.slice(0, countedRows(job.checkpoint.datasets.numbers));
    if (!isSameJson(rows, expected)) return [`${job.id} counts the rows ${JSON.stringify(rows)}`];
    const write = job.checkpoint.stages.write;
    const isBehind = write && write.done !== rows.length;
    return isBehind ? [`${job.id} says it wrote ${write.done} rows, and counts ${rows.length}`] : [];
  }

  function wrongEnd(was: Job | null, job: Job): string[] {
    if (!isFinished(job) || (was && isFinished(was))) return [];
    ends.add(eventOf(job).id);
    if (job.state === "failed") return FAILURES.has(job.error.code) ? [] : [`${job.id} failed with ${job.error.code}`];
    if (job.state === "cancelled") return [];
    const expected: Expected = expectedOf(job);
    const heard = readRows(job, "heard").filter((line) => line !== TOO_LATE);
    const count = readRows(job, "heard").length;
    const missing = expected.effects.filter((key) => !effects.has(key));
    return [
      ...(expected.output === undefined || isSameJson(job.output, { value: expected.output })
        ? []
        : [`${job.id} has another result`]),
      ...(isSameJson(readRows(job), expected.rows) ? [] : [`${job.id} completed with other rows`]),
      ...(new Set(heard).size === heard.length ? [] : [`${job.id} heard ${heard}: a wake woke it twice`]),
      ...(count === expected.heard ? [] : [`${job.id} was woken ${count} times`]),
      ...(missing.length > 0 ? [`${job.id} completed without the effects ${missing}`] : []),
    ];
  }

  function wrongStart(job: Job): string[] {
    const { id } = job;
    const { order } = expectedOf(job);
    const first = orders.get(order);
    seen.add(id);
    orders.set(order, id);
    return first === undefined ? [] : [`${id} and ${first} were made by one submission`];
  }

  /** Ends of which nobody was told, and that stand nowhere to be told of. */
  function unheard(events: Iterable<string>): string[] {
    const due = mirror().holdings.membersOf(DUE);
    const isLost = (id: string) => ends.has(id) && !due.has(eventTimer(id)) && !told.has(id);
    return [...events].filter(isLost).map((id) => `nobody will hear of ${id}`);
  }

  /** The ends that a write may have lost: those that it made, and those that it took from the timers. */
  const eventsIn = ({ records, changes }: Write): string[] => [
    ...records.flatMap(({ now }) => (now && isFinished(now) ? eventOf(now).id : [])),
    ...changes.flatMap(({ moves = [] }) =>
      moves.flatMap(({ set, member }) => (set === DUE && member.startsWith(EVENT) ? member.slice(EVENT.length) : [])),
    ),
  ];

  /** A record that its reader would take for something else than what the mirror has read. */
  function readOtherwise({ id, now }: RecordChange): string[] {
    const text = mirror().textOf(id);
    if (!now || text === null || mirror().job(id) !== now) return [];
    const read = Job.parse(JSON.parse(text));
    return isDeepStrictEqual(read, now) ? [] : [`${id} would be read as ${JSON.stringify(read)}`];
  }

  function lookAtAll(): void {
    look([...standing.ofAll(), ...family.ofAll(), ...unheard(ends)]);
  }

  return {
    found,
    look,
    webhooks,

    /** After each write to the ledger. */
    afterWrite(write: Write): void {
      const { records } = write;
      for (const change of records) {
        look(wrongWith(change, now()));
        if (change.now) look([...wrongRows(change.was, change.now), ...wrongEnd(change.was, change.now)]);
        if (change.now && !change.was) look(wrongStart(change.now));
        if (change.was && !change.now) {
          orders.delete(expectedOf(change.was).order);
        }
      }
      look(family.afterWrite(records));
      look(limits.afterWrite(records));
      look(schedules.afterWrite(write, records));
      webhooks.afterWrite(write);
      look(standing.afterWrite(write));
      look(unheard(eventsIn(write)));
      writes += 1;
      if (writes % WRITES_PER_LOOK !== 0) return;
      lookAtAll();
      look(records.flatMap(readOtherwise));
    },

    /** A listener has done its part; what it made is told by `noticeId`. */
    tell(eventId: string, noticeId: string): void {
      if (!told.has(eventId)) webhooks.tell(eventId);
      told.set(eventId, (told.get(eventId) ?? 0) + 1);
      notices.set(noticeId, eventId);
      if (!ends.has(eventId)) look([`${eventId} was told and never happened`]);
    },

    /** A caller was told that this job is there. It may have been removed since, but it was made. */
    promised(id: string): void {
      if (!seen.has(id)) look([`${id} was promised, and is not there`]);
    },

    /** Somebody asks a schedule for a job under this key. */
    ask: (key: string) => void asked.add(key),

    /** When nothing has gone wrong for some minutes. */
    afterAWhile: () => look(schedules.late()),

    areAllTold: () => [...ends].every((id) => told.has(id)),

    /** When all is over: each end was told, and one thing came of it. */
    atTheEnd(): void {
      const { jobs } = mirror();
      lookAtAll();
      look([...limits.atTheEnd(), ...webhooks.atTheEnd()]);
      for (const job of jobs()) if (!isFinished(job)) look([`${job.id} is stuck: ${job.state}`]);
      const made = [...notices.values()];
      for (const id of ends) {
        const count = made.filter((eventId) => eventId === id).length;
        if (count !== 1) look([`${id} was noticed ${count} times`]);
      }
    },
  };
}
