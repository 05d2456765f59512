import type { z } from "zod";
import { JOB_STATES, Job, type JobId, type JobIn, type JobState } from "@/lib/core/job";
import { fail } from "@/lib/core/state-machine";

/** A damaged record's dead letter is kept for a week, and its text with it. */
export const DAMAGED_MS = 7 * 24 * 3_600_000;

type Fields = Readonly<Record<string, unknown>>;

/** What a fact is taken for that cannot be read and has no default. Nobody owns a job whose owner cannot be read. */
const UNREADABLE: Fields = {
  name: "unknown",
  queue: "unknown",
  owner: "unknown",
  input: null,
  createdAt: 0,
  updatedAt: 0,
  maxAttempts: 1,
};

/** Names of every state's facts, and how each is read. */
const { id: _id, state: _state, rank: _rank, ...facts } = shapeOf("queued");
const FACTS: Readonly<Record<string, z.ZodType>> = facts;

function shapeOf(state: JobState): Readonly<Record<string, z.ZodType>> {
  return Job.options.find(({ shape }) => shape.state.value === state)?.shape ?? {};
}

/**
 * What can still be read of a damaged record: enough to take it out of every place where it stands, so
 * that it blocks nobody. In the state that it tells itself, else in the one in which the reader found it.
 */
export function salvage(id: JobId, text: string, foundIn: JobState): Job {
  const fields = fieldsOf(text);
  const read = Object.entries(FACTS).map(([name, schema]) => {
    const parsed = schema.safeParse(fields[name]);
    return [name, parsed.success ? parsed.data : name in UNREADABLE ? UNREADABLE[name] : schema.parse(undefined)];
  });
  const state = JOB_STATES.find((each) => each === fields.state) ?? foundIn;
  // The fields of its state are lost or not to be trusted, and no step out of the way looks at them.
  return { ...Object.fromEntries(read), id, state, leasedUntil: 0, runAt: 0, expiresAt: 0, rank: 0 } as unknown as Job;
}

/** The failed job that stands in a damaged record's place: it can be looked at, started over and deleted. */
export function deadLetterOf(job: Job, now: number): JobIn<"failed"> {
  const message = "What was stored of this job is damaged, so it cannot go on. Retrying it starts it over.";
  const retention = { completedMs: DAMAGED_MS, failedMs: DAMAGED_MS };
  return fail({ ...job, last: null }, { code: "record_damaged", message }, { now, retention });
}

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return headOf(text);
    throw error;
  }
}

/** A text that was cut off still begins with what says whose it is. Only what stands before the input is believed. */
function headOf(text: string): Fields {
  const head = text.split('"input":')[0] ?? "";
  const strings = head.matchAll(/"(\w+)":("(?:[^"\\]|\\.)*")/g);
  return Object.fromEntries([...strings].map(([, name = "", value = '""']) => [name, JSON.parse(value)]));
}
