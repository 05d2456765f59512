import { z } from "zod";
import { groupsOf, MAX_CHUNK } from "@/lib/core/children";
import { LOG_DATASET } from "@/lib/core/dataset";
import type { Job, JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import type { Json } from "@/lib/json";
import { childIds } from "@/lib/queue/child-id";
import type { createQueue } from "@/lib/queue/create-queue";
import type { MemoryFiles } from "@/lib/testing/memory-files";

interface TestJobDeps {
  readonly store: Pick<JobStore, "get" | "getMany">;
  readonly queue: Pick<ReturnType<typeof createQueue>, "control" | "wake" | "readOutput">;
  readonly files: Pick<MemoryFiles, "readRows">;
  readonly owner: string;
  readonly events: readonly JobEvent[];
  /** What the worker said of the job last, beside its record. */
  readonly lastErrorOf: (id: JobId) => unknown;
}

/** A job in the hands of a test. Its verbs throw the AppErrors of the application's own. */
export interface TestJob<Output = Json> {
  readonly id: JobId;
  /** Its record as it stands. */
  read(): Promise<Job>;
  state(): Promise<Job["state"]>;
  /** What it has returned. @throws Error if it has not completed; its `cause` is what the job threw last. */
  output(): Promise<Output>;
  /** The rows of a dataset that are committed, in their order. */
  rows(dataset: string): Promise<Json[]>;
  /** The lines that it has logged, as far as they are committed. */
  log(): Promise<z.output<typeof LogLines>>;
  /** Its ends that listeners were told of. */
  events(): JobEvent[];
  /** The jobs that it has spawned since its last start, stage by stage, in their order. */
  children(): Promise<TestJob[]>;
  cancel(): Promise<Job>;
  pause(): Promise<Job>;
  resume(): Promise<Job>;
  /** Tries it again after its end: from its checkpoint without more. */
  retry(options?: { readonly from?: "checkpoint" | "start" }): Promise<Job>;
  /** Tells it what it waits for, or will wait for. With an id the same is told once. */
  wake(name: string, payload?: Json, id?: string): Promise<Job>;
}

/** `parse` gives the output the type that its definition promises. */
export function createTestJob<Output>(
  deps: TestJobDeps,
  id: JobId,
  parse: (output: unknown) => Output,
): TestJob<Output> {
  const { store, queue, files, owner, events, lastErrorOf } = deps;

  async function read(): Promise<Job> {
    const found = await store.get(id);
    if (!found) throw new Error(`There is no job ${id} any more.`);
    return found.job;
  }

  async function rows(dataset: string): Promise<Json[]> {
    const { checkpoint } = await read();
    return Array.fromAsync(files.readRows(id, dataset, checkpoint.datasets[dataset] ?? []));
  }

  async function output(): Promise<Output> {
    const job = await read();
    if (job.state !== "completed") throw new Error(sayWhyNot(job), { cause: lastErrorOf(id) });
    const found = await queue.readOutput(id, owner);
    if (found.kind === "value") return parse(found.value);
    return parse(JSON.parse(Buffer.concat(await Array.fromAsync(found.bytes)).toString()));
  }

  async function children(): Promise<TestJob[]> {
    const groups = groupsOf((await read()).checkpoint);
    const ids = groups.flatMap(({ made, isSealed, ...group }) =>
      childIds(id, group, 0, isSealed ? made : made + MAX_CHUNK),
    );
    const found = (await store.getMany(ids)).filter((kept) => kept !== null);
    return found.map(({ job }) => createTestJob(deps, job.id, asItIs));
  }

  return {
    id,
    read,
    state: async () => (await read()).state,
    output,
    rows,
    log: async () => LogLines.parse(await rows(LOG_DATASET)),
    events: () => events.filter(({ jobId }) => jobId === id),
    children,
    cancel: () => queue.control(id, owner, "cancel"),
    pause: () => queue.control(id, owner, "pause"),
    resume: () => queue.control(id, owner, "resume"),
    retry: ({ from } = {}) => queue.control(id, owner, from === "start" ? "restart" : "retry"),
    wake: (name, payload = null, wakeId) => queue.wake(id, owner, { name, payload, id: wakeId }),
  };
}

const LogLines = z.array(z.object({ at: z.int(), level: z.enum(["info", "warn"]), message: z.string() }));

/** For children, whose output's type their parent's test does not know. */
const asItIs = (output: unknown): Json => output as Json; // it was read as JSON

/** Types and checks what a definition promises. */
export const parserOf =
  <Output extends z.ZodType<Json>>(schema: Output) =>
  (output: unknown): z.output<Output> =>
    schema.parse(output);

function sayWhyNot(job: Exclude<Job, { state: "completed" }>): string {
  const reason = "error" in job ? ` with ${job.error.code}: ${job.error.message}` : "";
  return `${job.id} (${job.name}) has no output: it is ${job.state}${reason || "."}`;
}
