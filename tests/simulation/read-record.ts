import { z } from "zod";
import { Job, type JobState } from "@/lib/core/job";
import type { RecordKind } from "@/lib/core/record-store";
import { FILE, FILE_USE, UPLOAD } from "@/lib/files/file-records";
import { SCHEDULE, type StoredSchedule } from "@/lib/schedules/schedule";
import { recordPlace } from "@/lib/store/records/places";
import { parseRecord } from "@/lib/store/records/record-text";
import { DELIVERY, type StoredWebhook, WEBHOOK } from "@/lib/webhooks/webhook-records";

type Facts = Readonly<Record<string, unknown>>;

/** What is left out of a record because it is as reading takes it to be, for each state. */
const DEFAULTS = new Map<JobState, Facts>(
  Job.options.map(({ shape }) => {
    const entries = Object.entries(shape).flatMap(([name, schema]): [string, unknown][] =>
      schema instanceof z.ZodDefault ? [[name, schema.def.defaultValue]] : [],
    );
    return [shape.state.value, Object.fromEntries(entries)];
  }),
);

/**
 * Reads a record that the store has just written, without asking whether it is one: every write of thousands of runs
 * is read so. Whoever looks at a write closely compares with `Job.parse`.
 */
export function readRecord(text: string): Job {
  const record = JSON.parse(text) as Pick<Job, "state">;
  return { ...DEFAULTS.get(record.state), ...record } as Job; // the promise of the record's only writer
}

const placesOf = ({ name }: RecordKind) => recordPlace({ kind: name, owner: "", id: "" }).replace(/:+$/, ":");
const SCHEDULES = placesOf(SCHEDULE);
const WEBHOOKS = placesOf(WEBHOOK);
/** Where it is kept what was sent to whom, for a week. */
export const DELIVERIES = placesOf(DELIVERY);
/** Where it is kept what was uploaded, and by whom it is named: for a day, if nobody does. */
export const UPLOADED = [UPLOAD, FILE, FILE_USE].map(placesOf);

function placeOf(key: string) {
  const [, kind = "", owner = "", id = ""] = key.split(":");
  return { kind, owner, id };
}

/** Reads a schedule from the place where it is kept; null for any other place. */
export const readSchedule = (key: string, text: string): StoredSchedule | null =>
  key.startsWith(SCHEDULES) ? parseRecord(SCHEDULE, placeOf(key), { rev: 0, text }) : null;

/** Reads an endpoint from the place where it is kept; null for any other place. */
export const readWebhook = (key: string, text: string): StoredWebhook | null =>
  key.startsWith(WEBHOOKS) ? parseRecord(WEBHOOK, placeOf(key), { rev: 0, text }) : null;
