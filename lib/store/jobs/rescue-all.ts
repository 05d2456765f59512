import type { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { takeKickBack } from "@/lib/store/jobs/kicks";
import { DUE, parseDue } from "@/lib/store/jobs/places";
import { type TendDeps, tendJobs } from "@/lib/store/jobs/tend";
import { cursorBehind } from "@/lib/store/jobs/walk";

const PAGE = 500;
/** No lease reaches further; most of it is for a clock that was set back. Beyond stand the ends of all jobs that are kept. */
const HORIZON_MS = 600_000;

/** Every running job has a timer that comes soon, so these timers name them all. */
export function createRescueAll(deps: TendDeps): JobStore["rescueAll"] {
  const { ledger } = deps;

  return async function rescueAll(now) {
    const ids: JobId[] = [];
    const queues = new Set<string>();
    let place: { score: number; offset: number } | null = { score: now + HORIZON_MS, offset: 0 };
    while (place) {
      const from: { max: number; offset: number } = { max: place.score, offset: place.offset };
      const members = await ledger.range({ set: DUE, ...from, limit: PAGE, reverse: true });
      for (const { member } of members) {
        const due = parseDue(member);
        if (due.kind === "job") ids.push(due.id);
        if (due.kind === "kick") queues.add(due.queue);
      }
      place = members.length < PAGE ? null : cursorBehind(members, from);
    }
    const { answers, kicks } = await tendJobs(deps, ids, now, "whatever");
    // Kicks went to the worker that is gone, and those just asked for nobody publishes: the next tend kicks anew.
    for (const { queue } of kicks) queues.add(queue);
    await ledger.apply([...queues].map((queue) => takeKickBack(queue, now)));
    return answers.filter((answer) => answer?.kind === "rescued").length;
  };
}
