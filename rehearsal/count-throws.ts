import { z } from "zod";

/** An abandoned slice costs an attempt only if what it wrote could not be kept; else its lease runs out. */
const Line = z.union([
  z.object({ event: z.literal("job_threw"), jobId: z.string() }),
  z.object({
    event: z.literal("slice_abandoned"),
    jobId: z.string(),
    err: z.object({ name: z.enum(["RetryableError", "FatalError"]) }),
  }),
]);

/** How often each job threw, by the logs of the instances: only a throw may cost an attempt. */
export function countThrows(output: string): Map<string, number> {
  const throws = new Map<string, number>();
  for (const line of output.split("\n")) {
    const jobId = line.startsWith("{") ? jobOf(line) : null;
    if (jobId !== null) throws.set(jobId, (throws.get(jobId) ?? 0) + 1);
  }
  return throws;
}

/** Null for a line of another event, and for one that was cut by a kill. */
function jobOf(line: string): string | null {
  try {
    return Line.safeParse(JSON.parse(line)).data?.jobId ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
