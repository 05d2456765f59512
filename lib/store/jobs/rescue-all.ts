import type { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { takeKickBack } from "@/lib/store/jobs/kicks";
import { DUE, parseDue } from "@/lib/store/jobs/places";
import { type TendDeps, tendJobs } from "@/lib/store/jobs/tend";

const PAGE = 500;

/** Every running job has a timer, so the timers name them all. */
export function createRescueAll(deps: TendDeps): JobStore["rescueAll"] {
  const { ledger } = deps;

  return async function rescueAll(now) {
    const ids: JobId[] = [];
    const queues = new Set<string>();
    for (let offset = 0, isFull = true; isFull; offset += PAGE) {
      const members = await ledger.range({ set: DUE, offset, limit: PAGE });
      for (const { member } of members) {
        const due = parseDue(member);
        if (due.kind === "job") ids.push(due.id);
        if (due.kind === "kick") queues.add(due.queue);
      }
      isFull = members.length === PAGE;
    }
    const { answers, kicks } = await tendJobs(deps, ids, now, "whatever");
    // Kicks went to the worker that is gone, and those just asked for nobody publishes: the next tend kicks anew.
    for (const { queue } of kicks) queues.add(queue);
    await ledger.apply([...queues].map((queue) => takeKickBack(queue, now)));
    return answers.filter((answer) => answer?.kind === "rescued").length;
  };
}
