import type { RecordStore } from "@/lib/core/record-store";
import { SCHEDULE } from "@/lib/schedules/schedule";

/** Tells whether a schedule is there and names a file. Whatever it named before, it keeps no longer. */
export function createKeepsFile({ records }: { readonly records: Pick<RecordStore, "get"> }) {
  return async function keepsFile(scheduleId: string, file: { readonly owner: string; readonly id: string }) {
    const found = await records.get(SCHEDULE, { owner: file.owner, id: scheduleId });
    return found?.value.files.includes(file.id) ?? false;
  };
}
