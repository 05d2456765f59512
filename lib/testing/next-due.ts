import { isFinished } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import { DUE, type DueMember, parseDue } from "@/lib/store/jobs/places";

interface NextDueDeps {
  readonly ledger: Ledger;
  readonly store: Pick<JobStore, "get" | "counts">;
}

const PAGE = 100;

/** When something next happens by itself; null if never. That finished jobs are removed one day does not count. */
export async function nextDue({ ledger, store }: NextDueDeps): Promise<number | null> {
  async function isMoving(member: DueMember): Promise<boolean> {
    switch (member.kind) {
      case "event":
        return true;
      case "files":
        return false;
      case "job": {
        const found = await store.get(member.id);
        return found !== null && !isFinished(found.job);
      }
      case "kick": {
        const [counts] = await store.counts([member.queue]);
        return counts !== undefined && counts.queued > 0 && !counts.isPaused;
      }
    }
  }

  for (let offset = 0; ; offset += PAGE) {
    const members = await ledger.range({ set: DUE, offset, limit: PAGE });
    for (const { member, score } of members) if (await isMoving(parseDue(member))) return score;
    if (members.length < PAGE) return null;
  }
}
