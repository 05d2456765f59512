import type { JobDefinition } from "@/lib/core/definition";
import type { JobId } from "@/lib/core/job";
import { limitsOf } from "@/lib/core/job-limits";
import type { NewJob } from "@/lib/core/job-store";
import type { Submission, SubmitOptions } from "@/lib/core/submission";
import { AppError } from "@/lib/errors";
import { invalidRequest } from "@/lib/invalid-request";
import type { Json } from "@/lib/json";
import { fingerprintOf } from "@/lib/queue/fingerprint";

/** What submitting needs of a definition: everything but how to run it. */
export type Submittable = Omit<JobDefinition<never>, "start">;

/** Larger things are uploaded: an input is read and written with every commit. */
const MAX_INPUT_BYTES = 64 * 1024;

/** Checks a submission, and says what it asks the store for. The input is kept as its schema read it. */
export function toNewJob(
  submission: Submission,
  { definition, id, now }: { readonly definition: Submittable | undefined; readonly id: JobId; readonly now: number },
): NewJob {
  const { owner, name, fromApi, options = {}, fallback = {} } = submission;
  if (!definition || (fromApi && !definition.public)) {
    throw new AppError("unknown_job", `There is no ${fromApi ? "public " : ""}job named "${name}".`);
  }
  const input = parseInput(definition, submission.input);
  return {
    id,
    name,
    queue: definition.queue,
    owner,
    input,
    priority: whole("priority", options.priority ?? 0),
    maxAttempts: definition.retry.maxAttempts,
    runAt: startOf(options, now),
    uniqueKey: options.uniqueKey ?? definition.unique?.key(input) ?? fallback.uniqueKey ?? null,
    onDuplicate: options.onDuplicate ?? definition.unique?.policy ?? "reuse",
    concurrencyKey: definition.concurrencyKey?.(input) ?? fallback.concurrencyKey ?? null,
    limits: limitsOf(definition, input),
    files: [...new Set(definition.files?.(input) ?? [])],
    tags: [...new Set(options.tags)],
    idempotency: idempotencyOf(submission),
  };
}

function parseInput(definition: Submittable, input: Json): Json {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > MAX_INPUT_BYTES) {
    const title = `The input is ${bytes} bytes, and ${MAX_INPUT_BYTES} is the most. Upload large data as a file.`;
    throw new AppError("too_large", title, { details: { limit: MAX_INPUT_BYTES } });
  }
  const parsed = definition.input.safeParse(input);
  if (!parsed.success) throw invalidRequest("The input", parsed.error);
  return parsed.data;
}

/** Null: at once. */
function startOf({ runAt, delayMs = 0 }: SubmitOptions, now: number): number | null {
  const at = whole("start", runAt ?? now + delayMs);
  return at > now ? at : null;
}

/** What comes over the API is whole. Code may ask for anything, and a record with such a number could not be read back. */
function whole(what: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new AppError(
    "invalid_request",
    `The job's ${what} is ${value}: it must be a whole number, and no immense one.`,
  );
}

/** Made of what was sent: a repeated request sends the same, whatever its schema makes of it by then. */
function idempotencyOf({ idempotencyKey, name, input, options = {} }: Submission): NewJob["idempotency"] {
  if (!idempotencyKey) return null;
  return { key: idempotencyKey, fingerprint: fingerprintOf({ name, input, options: { ...options } }) };
}
