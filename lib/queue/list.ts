import type { Job, JobId, JobState } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly name?: string | undefined;
  readonly queue?: string | undefined;
  readonly tag?: string | undefined;
  /** A part of the id, name or input, in any case. */
  readonly q?: string | undefined;
}

export interface JobPage {
  readonly jobs: Job[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

interface PageRequest extends JobFilter {
  readonly cursor: string | null;
  readonly limit: number;
  /** What this job has spawned, instead of what the owner has asked for. */
  readonly parent?: JobId | undefined;
}

interface Place {
  readonly owner: string;
  readonly parent: JobId | undefined;
  readonly from: string | null;
}

/** How many jobs are looked at in one step, and how many steps one page may take: 500 jobs, then the page is short. */
const STEP = 100;
const MAX_STEPS = 5;

/**
 * Lists an owner's jobs, newest first. With a filter a page may be short, or even empty, and still have
 * a cursor to go on from: what one request reads is bounded, however seldom the filter fits.
 */
export function createList({ store }: { readonly store: Pick<JobStore, "list"> }) {
  return async function list(owner: string, { cursor, limit, parent, ...filter }: PageRequest): Promise<JobPage> {
    const fits = matcher(filter);
    if (!fits) return store.list(owner, { cursor, limit, parent });
    const jobs: Job[] = [];
    let from = cursor;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const page = await store.list(owner, { cursor: from, limit: STEP, parent });
      const wanted = limit - jobs.length;
      const matches = page.jobs.flatMap((job, index) => (fits(job) ? [{ job, index }] : [])).slice(0, wanted);
      jobs.push(...matches.map(({ job }) => job));
      const last = matches.at(-1);
      if (last && jobs.length === limit)
        return { jobs, cursor: await cursorAfter({ owner, parent, from }, last.index, page) };
      from = page.cursor;
      if (from === null) break;
    }
    return { jobs, cursor: from };
  };

  /**
   * A store's cursor stands behind a whole page, so the place inside it is asked for by a shorter page.
   * A job that was forgotten meanwhile still takes its place there: then the page must be a little longer.
   */
  async function cursorAfter({ owner, parent, from }: Place, index: number, { jobs, cursor }: JobPage) {
    if (index === jobs.length - 1) return cursor;
    for (let limit = index + 1; limit < STEP; limit += 1) {
      const shorter = await store.list(owner, { cursor: from, limit, parent });
      if (shorter.jobs.at(-1)?.id === jobs[index]?.id) return shorter.cursor;
    }
    return cursor;
  }
}

/** Null: there is nothing to filter by. */
function matcher({ state, name, queue, tag, q }: JobFilter): ((job: Job) => boolean) | null {
  if ([state, name, queue, tag, q].every((wish) => wish === undefined || wish === "")) return null;
  const text = q?.toLowerCase();
  return (job) =>
    (!state || job.state === state) &&
    (!name || job.name === name) &&
    (!queue || job.queue === queue) &&
    (!tag || job.tags.includes(tag)) &&
    (!text || `${job.id}\n${job.name}\n${JSON.stringify(job.input)}`.toLowerCase().includes(text));
}
