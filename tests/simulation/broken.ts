import type { FileStore } from "@/lib/core/file-store";
import { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Change, Entry, Ledger, Put } from "@/lib/core/ledger";
import type { Schedules, Webhooks } from "@/tests/simulation/instance";
import { LEASE_MS } from "@/tests/support/builders";

type Files = Pick<FileStore, "write" | "deleteAll">;

/** What stands behind a port, or does what it should not. */
export interface Breakage {
  readonly ledger: (ledger: Ledger) => Ledger;
  readonly files: (files: Files, later: (act: () => unknown) => void) => Files;
  readonly store: (store: JobStore) => JobStore;
  readonly schedules: (schedules: Schedules) => Schedules;
  readonly webhooks: (webhooks: Webhooks) => Webhooks;
  /** Under which id a receiver gets a message. */
  readonly messageId: (id: string, next: () => number) => string;
  /** By which id a listener keeps what it makes of an event. */
  readonly noticeId: (eventId: string, next: () => number) => string;
}

/** Nothing is broken. */
export const WHOLE: Breakage = {
  ledger: (ledger) => ledger,
  files: (files) => files,
  store: (store) => store,
  schedules: (schedules) => schedules,
  webhooks: (webhooks) => webhooks,
  messageId: (id) => id,
  noticeId: (eventId) => eventId,
};

/** A ledger that is sent other changes than was meant. */
function changing(ledger: Ledger, alter: (change: Change) => Promise<Change>): Ledger {
  return {
    ...ledger,
    apply: async (changes) => ledger.apply(await Promise.all(changes.map(alter))),
    applyAndRange: async (changes, range) => ledger.applyAndRange(await Promise.all(changes.map(alter)), range),
  };
}

const isRunning = (key: string, { text }: Entry) => key.startsWith("job:") && JSON.parse(text).state === "running";

const ANY = { below: Number.MAX_SAFE_INTEGER };

/** Ways in which the whole could be built wrongly, each of which a simulation has to find. */
export const BREAKAGES = {
  /** Whoever writes to a running job is let through, whatever he has read. */
  fencing: {
    ...WHOLE,
    ledger: (ledger) => {
      async function unguarded(put: Put): Promise<Put> {
        const [entry] = await ledger.read([put.key]);
        if (!entry || !isRunning(put.key, entry)) return put;
        return { ...put, expect: ANY, entry: put.entry && { ...put.entry, rev: entry.rev + 1 } };
      }
      return changing(ledger, async (change) => ({
        ...change,
        puts: await Promise.all((change.puts ?? []).map(unguarded)),
      }));
    },
  },
  /** Rows are kept only after the commit that counts them. */
  "commit-order": {
    ...WHOLE,
    files: (files, later) => ({
      ...files,
      async write(name, bytes) {
        later(() => files.write(name, bytes));
        return { size: 0 };
      },
    }),
  },
  /** What is made of an event gets an id of its own each time. */
  dedupe: { ...WHOLE, noticeId: (eventId, next) => `${eventId}:${next()}` },
  /** Unique keys and repeated requests are not guarded. */
  unique: {
    ...WHOLE,
    ledger: (ledger) =>
      changing(ledger, async (change) => ({
        ...change,
        puts: (change.puts ?? []).map((put) =>
          /^(unique|idempotency):/.test(put.key) ? { ...put, expect: ANY } : put,
        ),
      })),
  },
  /** A lease is taken for over before it is. */
  rescue: {
    ...WHOLE,
    store: (store) => ({ ...store, tend: (now, limit) => store.tend(now + LEASE_MS - 5_000, limit) }),
  },
  /** Nobody looks after a job whose worker has died. */
  "no-rescue": {
    ...WHOLE,
    ledger: (ledger) =>
      changing(ledger, async (change) => {
        const runs = (change.puts ?? []).filter(({ key, entry }) => entry && isRunning(key, entry));
        const names = new Set(runs.map(({ key }) => key));
        return { ...change, moves: (change.moves ?? []).filter(({ member }) => !names.has(member)) };
      }),
  },
  /** Who ends does not count himself as a child. */
  "child-counts": {
    ...WHOLE,
    ledger: (ledger) =>
      changing(ledger, async (change) => ({
        ...change,
        adds: (change.adds ?? []).filter(({ counter, by }) => !(counter.startsWith("children:") && by < 0)),
      })),
  },
  /** A parent that was given up leaves its children to themselves. */
  orphans: {
    ...WHOLE,
    store: (store) => ({
      ...store,
      async controlMany(ids, owner, verb, now, condition) {
        return verb === "cancel"
          ? { answers: ids.map(() => null), kicks: [] }
          : store.controlMany(ids, owner, verb, now, condition);
      },
    }),
  },
  /** Attempts that begin are not noted, so a rate holds nobody back. */
  rates: {
    ...WHOLE,
    ledger: (ledger) =>
      changing(ledger, async (change) => ({
        ...change,
        puts: (change.puts ?? []).filter(({ key }) => !/^(queue|key)-rate:/.test(key)),
      })),
  },
  /** The heart goes on renewing a lease when the job's time is over. */
  "time-limit": {
    ...WHOLE,
    store: (store) => ({
      ...store,
      commit: (held, commit) => store.commit(held, { ...commit, leasedUntil: commit.now + LEASE_MS }),
    }),
  },
  /** However many have ended, none has its time ended for it. */
  keeping: { ...WHOLE, store: (store) => ({ ...store, prune: async () => 0 }) },
  /** The job of an instant gets another id from each sweep. */
  ticks: {
    ...WHOLE,
    store: (store) => ({
      ...store,
      enqueue: (jobs, now) =>
        store.enqueue(
          jobs.map((job) => ((job.tags ?? []).length > 0 ? { ...job, id: JobId.parse(`${job.id}-${now}`) } : job)),
          now,
        ),
    }),
  },
  /** A sweep passes schedules by. */
  "no-ticks": { ...WHOLE, schedules: (schedules) => ({ ...schedules, fire: async () => {} }) },
  /** Of ends that are told together, the webhooks of one are forgotten. */
  unannounced: {
    ...WHOLE,
    webhooks: (webhooks) => ({ ...webhooks, announce: (ends) => webhooks.announce(ends.slice(1)) }),
  },
  /** Each attempt of a delivery bears another id. */
  "message-id": { ...WHOLE, messageId: (id, next) => `${id}:${next()}` },
  /** The event is not written with the end that it tells of. */
  outbox: {
    ...WHOLE,
    ledger: (ledger) =>
      changing(ledger, async (change) => ({
        ...change,
        moves: (change.moves ?? []).filter(({ member, score }) => score === null || !member.startsWith("event:")),
      })),
  },
} satisfies Record<string, Breakage>;

export type BreakageName = keyof typeof BREAKAGES;
