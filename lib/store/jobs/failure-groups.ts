import type { Job, JobId, JobIn } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import { failuresPlace, fingerprintIn, parseFailure } from "@/lib/store/jobs/places";

type ReadJobs = (ids: readonly JobId[]) => Promise<readonly Job[]>;

const PAGE = 1_000;
/** A request looks at so many failures at most, the latest of them: one command and 100 KB a page. */
const MAX_PAGES = 20;
/** One record is read for each: thousands of kinds are no overview, and their records no answer of reasonable size. */
const MAX_GROUPS = 100;

interface Counted {
  readonly fingerprint: string;
  count: number;
  firstAt: number;
  readonly lastAt: number;
  readonly latest: JobId;
}

/** Groups failed jobs by what their members say, and reads one record for each group. */
export function createFailureGroups(ledger: Pick<Ledger, "range">, readJobs: ReadJobs): JobStore["failureGroups"] {
  return async function failureGroups(owner) {
    const groups = new Map<string, Counted>();
    let isFull = true;
    for (let page = 0; isFull && page < MAX_PAGES; page += 1) {
      const wanted = { set: failuresPlace(owner), offset: page * PAGE, limit: PAGE, reverse: true };
      const members = await ledger.range(wanted);
      for (const { member, score } of members) {
        const group = groups.get(fingerprintIn(member)); // its latest job alone is looked for: ids need no reading
        if (group) {
          group.count += 1;
          group.firstAt = score;
        } else {
          const { fingerprint, id } = parseFailure(member);
          groups.set(fingerprint, { fingerprint, count: 1, firstAt: score, lastAt: score, latest: id });
        }
      }
      isFull = members.length === PAGE;
    }
    const found = [...groups.values()].slice(0, MAX_GROUPS);
    const jobs = await readJobs(found.map(({ latest }) => latest));
    const failed = new Map(
      jobs.flatMap((job): [JobId, JobIn<"failed">][] => (job.state === "failed" ? [[job.id, job]] : [])),
    );
    return {
      // One whose latest job was retried in this moment is left out until the next look.
      groups: found.flatMap(({ latest, ...group }) => {
        const example = failed.get(latest);
        return example ? { ...group, example } : [];
      }),
      isWhole: !isFull && groups.size <= MAX_GROUPS,
    };
  };
}
