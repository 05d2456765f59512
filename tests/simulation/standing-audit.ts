import type { Job } from "@/lib/core/job";
import { failuresPlace } from "@/lib/store/jobs/places";
import type { Mirror, Write } from "@/tests/simulation/mirror";
import { touchedBy } from "@/tests/simulation/touched";
import { createStanding, groupOf, laneOf } from "@/tests/support/standing";

/** Looks whether each job stands where its state says. `now` is allowed to be ahead of the true time. */
export function createStandingAudit(mirror: () => Mirror, now: () => number) {
  const standing = createStanding(
    {
      membersOf: (set) => mirror().holdings.membersOf(set),
      textAt: (key) => mirror().holdings.textAt(key),
      countOf: (counter) => mirror().holdings.countOf(counter),
    },
    { has: (id) => mirror().job(id) !== null },
    now,
  );
  const sharing = (place: string, placeOf: (job: Job) => string | null, jobs: readonly Job[]) =>
    jobs.filter((job) => placeOf(job) === place);
  const queueOf = ({ queue }: Job) => queue;

  function broken(
    jobs: Iterable<Job>,
    lanes: Iterable<string>,
    groups: Iterable<string>,
    queues: Iterable<string>,
    failures: Iterable<string>,
  ): string[] {
    const all = mirror().jobs();
    const found: string[] = [];
    for (const job of jobs) found.push(...standing.ofJob(job));
    for (const lane of lanes) found.push(...standing.ofLane(lane, sharing(lane, laneOf, all)));
    for (const group of groups) {
      const children = sharing(group, groupOf, all);
      if (children.length > 0) found.push(...standing.ofGroup(group, children));
    }
    for (const queue of queues) found.push(...standing.ofQueue(queue, sharing(queue, queueOf, all)));
    for (const member of failures) found.push(...standing.ofFailure(member));
    return found;
  }

  return {
    /** All that this write has touched. */
    afterWrite(write: Write): string[] {
      const { jobs, lanes, groups, queues, failures } = touchedBy(write, mirror());
      return broken(jobs, lanes, groups, queues, failures);
    },

    /** Everything there is. */
    ofAll(): string[] {
      const { jobs, holdings } = mirror();
      const all = jobs();
      const places = (placeOf: (job: Job) => string | null) => new Set(all.flatMap((job) => placeOf(job) ?? []));
      const failures = holdings.membersOf(failuresPlace(null)).keys();
      return broken(all, places(laneOf), places(groupOf), places(queueOf), failures);
    },
  };
}
