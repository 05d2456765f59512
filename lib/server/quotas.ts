import type { Clock } from "@/lib/clock";
import type { Ledger } from "@/lib/core/ledger";
import { isAnonymous, limitedAs } from "@/lib/core/owner";
import type { RecordStore } from "@/lib/core/record-store";
import type { Env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { FILE, UPLOAD } from "@/lib/files/file-records";
import { createLimits, NO_LIMITS, tooMany } from "@/lib/quota/limits";
import { createLocalCounter } from "@/lib/quota/local-counter";
import { createWindowCounter } from "@/lib/quota/window-counter";
import { SCHEDULE } from "@/lib/schedules/schedule";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const READS_PER_MINUTE = 1_200;
/** What a page does in a burst is granted unasked, and a busy script costs a write for every ten calls. */
const MUTATIONS = { name: "mutations", windowMs: MINUTE_MS, unasked: 5, block: 10 } as const;
/** So many files are added up; whoever has more is refused without adding. */
const MAX_FILES = 500;

const NO_QUOTAS = {
  limits: NO_LIMITS,
  maxActive: undefined,
  admitBytes: async () => {},
  admitSchedule: async () => {},
};

interface QuotaDeps {
  readonly quotas: Env["quotas"];
  readonly ledger: Pick<Ledger, "read" | "apply">;
  readonly records: Pick<RecordStore, "list" | "count">;
  readonly clock: Clock;
}

/** What owners may use: how often they may ask, how much they may keep, and how many jobs they may have. */
export function createQuotas({ quotas, ledger, records, clock }: QuotaDeps) {
  if (!quotas) return NO_QUOTAS;
  const { storedBytes, activeJobs, mutationsPerMinute, schedules } = quotas;
  const reads = createLocalCounter({ clock, limit: READS_PER_MINUTE, windowMs: MINUTE_MS });
  const mutations = createWindowCounter({ ledger, clock, limit: mutationsPerMinute, ...MUTATIONS });
  const daily = createWindowCounter({ ledger, clock, name: "bytes", limit: storedBytes, windowMs: DAY_MS });
  const newSchedules = createWindowCounter({ ledger, clock, name: "schedules", limit: schedules, windowMs: DAY_MS });

  async function bytesOf(owner: string): Promise<number> {
    const page = { owner, cursor: null, limit: MAX_FILES };
    const [files, uploads] = await Promise.all([records.list(FILE, page), records.list(UPLOAD, page)]);
    if (files.cursor !== null || uploads.cursor !== null) {
      throw full(`You have ${MAX_FILES} files already. Delete jobs, or wait until files end.`);
    }
    const kept = [
      ...files.records.filter(({ value }) => !value.isGone),
      ...uploads.records.filter(({ value }) => value.state !== "going"),
    ];
    return kept.reduce((sum, { value }) => sum + value.size, 0);
  }

  return {
    limits: createLimits({ reads, mutations, clock }),
    maxActive: activeJobs,

    /** Admits a file of `size` bytes. @throws AppError `quota_exceeded`, `too_many_requests` */
    async admitBytes(owner: string, size: number): Promise<void> {
      const kept = await bytesOf(owner);
      if (kept + size > storedBytes) {
        throw full(`You keep ${kept} bytes, and ${storedBytes} is the most. Delete jobs, or wait until files end.`);
      }
      if (!isAnonymous(owner)) return;
      // A new owner has nothing yet, and who is anonymous may be a new one at any time.
      const freeAt = await daily.take(limitedAs(owner), size);
      if (freeAt !== null) throw tooMany("Too much was uploaded from your network today.", freeAt - clock());
    },

    /** Admits one more schedule. @throws AppError `quota_exceeded`, `too_many_requests` */
    async admitSchedule(owner: string): Promise<void> {
      if ((await records.count(SCHEDULE, { owner })) >= schedules) {
        const title = `You have ${schedules} schedules, and that is the most. Delete one that you do not need.`;
        throw new AppError("quota_exceeded", title, { details: { limit: schedules } });
      }
      if (!isAnonymous(owner)) return;
      const freeAt = await newSchedules.take(limitedAs(owner));
      if (freeAt !== null) throw tooMany("Too many schedules were made from your network today.", freeAt - clock());
    },
  };
}

/** Files end by the hour. */
const full = (title: string) => new AppError("quota_exceeded", title, { details: { retryAfterS: 3_600 } });
