import { z } from "zod";

const Line = z.object({ event: z.enum(["job_threw", "slice_abandoned"]), jobId: z.string() });

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
