import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { JobView } from "@/lib/contracts/jobs";
import type { JobRecord, Seen } from "@/rehearsal/observed";
import type { PatientClient } from "@/rehearsal/patient-client";
import type { Known } from "@/rehearsal/undisturbed";
import { isOver } from "@/scripts/api-client";

interface Wanted {
  readonly name: string;
  readonly known: Known;
  readonly delayMs: number;
  /** What its owner does to it while it runs. */
  readonly verb: "none" | "pause and resume" | "cancel";
  /** When it is given up. */
  readonly until: number;
  readonly clock: () => number;
}

const POLL_MS = 700;
const PAUSED_MS = 3_000;
const ACCOUNT = "Sample account";

/** Uploads, submits, watches and exports one import as its owner would, and tells all that was seen. */
export async function runJob(client: PatientClient, wanted: Wanted): Promise<JobRecord> {
  const { name, known, delayMs, verb, until, clock } = wanted;
  const { file } = known.sample;
  const fileId = await client.upload(path.basename(file), await openAsBlob(file));
  const { id } = await client.submit({ fileId, account: ACCOUNT }, { key: name.replaceAll(/\W+/g, "-"), delayMs });

  const seen: Seen[] = [];
  let hasActed = verb === "none";
  let job = await client.read(id);
  for (; !isOver(job) && clock() < until; job = await client.read(id)) {
    note(seen, job);
    if (!hasActed && job.state === "running") {
      hasActed = true;
      if (verb === "cancel") await client.control(id, "cancel");
      else await pauseAndResume(client, id);
    }
    await pause(POLL_MS);
  }
  note(seen, job);

  const isCompleted = job.state === "completed";
  return {
    name,
    id,
    mayBeCancelled: verb === "cancel",
    end: job,
    isOver: isOver(job),
    seen,
    ownJobs: await client.ownJobs(),
    expected: { summary: known.summary, bytes: known.bytes },
    found: isCompleted ? { summary: await client.summary(id), bytes: await client.bytes(id) } : null,
  };
}

async function pauseAndResume(client: PatientClient, id: string): Promise<void> {
  await client.control(id, "pause");
  await pause(PAUSED_MS);
  for (let job = await client.read(id); !isOver(job); job = await client.read(id)) {
    // A pause is obeyed at the next commit: a resume before that would be refused.
    if (job.state === "paused") await client.control(id, "resume");
    else if (job.stopping !== "pause") return;
    await pause(POLL_MS);
  }
}

/** Keeps a view if it tells something new. */
function note(seen: Seen[], job: JobView): void {
  const rows = Object.values(job.datasets).reduce((a, b) => a + b, 0);
  const { percent } = job.progress;
  const last = seen.at(-1);
  if (last?.percent !== percent || last.rows !== rows) seen.push({ percent, rows });
}
