import type { Job } from "@/lib/core/job";
import { DUE, failureMember, failuresPlace, parseFailure } from "@/lib/store/jobs/places";
import type { Mirror, Write } from "@/tests/simulation/mirror";
import { groupOf, laneOf } from "@/tests/support/standing";

/** What one write may have put into the wrong place. */
export interface Touched {
  readonly jobs: ReadonlySet<Job>;
  readonly lanes: ReadonlySet<string>;
  /** By the counter of those that are open. */
  readonly groups: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** Members that joined the failures, or should have left them. */
  readonly failures: readonly string[];
}

const WAITING = ":waiting";
const afterColon = (name: string) => name.slice(name.indexOf(":") + 1);
const ofKind = (name: string, kind: string) => name.startsWith(kind);

/** All that has to be looked at again after this write: whatever it named, and those that share something with it. */
export function touchedBy({ changes, records, holders }: Write, mirror: Mirror): Touched {
  const ids = new Set<string>(holders);
  const lanes = new Set<string>();
  const groups = new Set<string>();
  const queues = new Set<string>();
  const failures: string[] = [];
  for (const { puts = [], moves = [], adds = [], drops = [] } of changes) {
    for (const { key } of puts) {
      if (ofKind(key, "lane:")) lanes.add(key);
      if (ofKind(key, "paused:")) queues.add(afterColon(key));
    }
    for (const { set, member, score } of moves) {
      if (set === DUE) (ofKind(member, "kick:") ? queues : ids).add(afterColon(member));
      else if (ofKind(set, "failures")) {
        ids.add(parseFailure(member).id);
        if (score !== null) failures.push(member);
      } else ids.add(member);
      if (ofKind(set, "ready:")) queues.add(afterColon(set));
      if (ofKind(set, "lane:")) lanes.add(set.slice(0, -WAITING.length));
    }
    for (const counter of [...adds.map((add) => add.counter), ...drops]) {
      if (ofKind(counter, "running:") || ofKind(counter, "behind:")) queues.add(afterColon(counter));
      if (ofKind(counter, "children:")) groups.add(counter.replace(/[^:]*$/, "open"));
    }
  }

  const jobs = new Set<Job>();
  const noteShares = (job: Job) => {
    const [lane, group] = [laneOf(job), groupOf(job)];
    if (lane !== null) lanes.add(lane);
    if (group !== null) groups.add(group);
    queues.add(job.queue);
  };
  for (const { id, was, now } of records) {
    ids.add(id);
    if (was && !now) {
      noteShares(was);
      if (was.state === "failed") failures.push(failureMember(was.fingerprint ?? "", id));
    }
  }
  for (const id of ids) {
    const job = mirror.job(id as Job["id"]);
    if (!job) continue;
    jobs.add(job);
    noteShares(job);
  }
  const grouped = mirror.holdings.membersOf(failuresPlace(null));
  return { jobs, lanes, groups, queues, failures: failures.filter((member) => grouped.has(member)) };
}
