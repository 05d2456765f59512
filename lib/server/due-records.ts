import type { DueRecord } from "@/lib/core/record-store";
import { SCHEDULE } from "@/lib/schedules/schedule";

interface DueRecordsDeps {
  readonly fire: (schedule: DueRecord) => Promise<void>;
  readonly remove: (record: DueRecord) => Promise<void>;
}

/** Does what a due record asks for: a schedule fires, whatever else has had its time is removed. */
export const createDueRecords =
  ({ fire, remove }: DueRecordsDeps) =>
  (record: DueRecord): Promise<void> =>
    record.kind === SCHEDULE.name ? fire(record) : remove(record);
