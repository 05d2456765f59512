import { CHILD_STATES } from "@/lib/core/children";
import { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Ledger, Scored } from "@/lib/core/ledger";
import { cursorAfter, parseCursor } from "@/lib/core/score-cursor";
import { createFailureGroups } from "@/lib/store/jobs/failure-groups";
import { type KeptJob, parseKept } from "@/lib/store/jobs/job-text";
import {
  behindPlace,
  childrenPlace,
  completedPlace,
  jobPlace,
  ownerPlace,
  pausedPlace,
  readyPlace,
  runningPlace,
  spawnedPlace,
} from "@/lib/store/jobs/places";
import { createWalk } from "@/lib/store/jobs/walk";

const PAGE = 500;

/** What only reads. */
export function createReads(
  ledger: Ledger,
): Pick<JobStore, "get" | "getMany" | "list" | "walk" | "failureGroups" | "completed" | "counts" | "children"> {
  async function readMany(ids: readonly JobId[]): Promise<(KeptJob | null)[]> {
    const entries = ids.length > 0 ? await ledger.read(ids.map(jobPlace)) : [];
    return ids.map((id, i) => {
      const entry = entries[i];
      return entry ? parseKept(id, entry) : null;
    });
  }

  const readJobs = async (ids: readonly JobId[]) => (await readMany(ids)).flatMap((kept) => kept?.job ?? []);

  return {
    walk: createWalk(ledger, readJobs),
    failureGroups: createFailureGroups(ledger, readJobs),
    getMany: readMany,

    async get(id) {
      const [kept] = await readMany([id]);
      return kept ?? null;
    },

    async list(owner, { cursor, limit, parent }) {
      const from = parseCursor(cursor);
      const members = await ledger.range({
        set: parent ? spawnedPlace(parent) : ownerPlace(owner),
        ...from,
        limit,
        reverse: true,
      });
      const jobs = (await readJobs(idsOf(members))).filter((job) => job.owner === owner);
      return { jobs, cursor: cursorAfter(members, from, limit) };
    },

    async children(parent, group) {
      const [open = 0, completed = 0, failed = 0, cancelled = 0] = await ledger.counters(
        CHILD_STATES.map((state) => childrenPlace(parent, group, state)),
      );
      return { open, completed, failed, cancelled };
    },

    async completed(owner, name, concurrencyKey) {
      const set = completedPlace(owner, name, concurrencyKey);
      const ids: JobId[] = [];
      for (let offset = 0, isFull = true; isFull; offset += PAGE) {
        const members = await ledger.range({ set, offset, limit: PAGE });
        ids.push(...idsOf(members));
        isFull = members.length === PAGE;
      }
      return (await readJobs(ids)).filter((job) => job.state === "completed");
    },

    async counts(queues) {
      const [sizes, counters, pauses, heads] = await Promise.all([
        ledger.sizes(queues.map(readyPlace)),
        ledger.counters([...queues.map(runningPlace), ...queues.map(behindPlace)]),
        ledger.read(queues.map(pausedPlace)),
        Promise.all(queues.map((queue) => ledger.range({ set: readyPlace(queue), limit: 1 }))),
      ]);
      const first = await readMany(heads.flatMap(idsOf));
      const oldest = new Map(first.map((kept) => [kept?.job.queue, kept?.job.createdAt]));
      return queues.map((queue, i) => ({
        queue,
        queued: (sizes[i] ?? 0) + (counters[queues.length + i] ?? 0),
        running: counters[i] ?? 0,
        oldestAt: oldest.get(queue) ?? null,
        isPaused: pauses[i] !== null,
      }));
    },
  };
}

const idsOf = (members: readonly Scored[]) => members.map(({ member }) => JobId.parse(member));
