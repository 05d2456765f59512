import { needsTheFile } from "@/components/jobs/job-failure";
import { isFinished } from "@/components/jobs/job-words";
import type { ButtonLook } from "@/components/ui/button-look";
import type { JobView } from "@/lib/contracts/jobs";
import type { JobVerb } from "@/lib/hooks/use-job-control";

interface VerbButton {
  readonly verb: JobVerb;
  readonly label: string;
  readonly look: ButtonLook;
  /** What it takes away, asked before it is done. */
  readonly question?: { readonly title: string; readonly text: string; readonly confirm: string };
}

const CANCEL: VerbButton = {
  verb: "cancel",
  label: "Cancel",
  look: "quiet",
  question: {
    title: "Cancel this job?",
    text: "It stops within moments. You can go on from there later, or delete it.",
    confirm: "Cancel the job", // "Cancel" alone reads as a way out of the question
  },
};
const PAUSE: VerbButton = { verb: "pause", label: "Pause", look: "quiet" };
const RESUME: VerbButton = { verb: "resume", label: "Resume", look: "primary" };
const RETRY: VerbButton = { verb: "retry", label: "Go on where it stopped", look: "primary" };
const RESTART: VerbButton = {
  verb: "restart",
  label: "Start over",
  look: "quiet",
  question: {
    title: "Start over?",
    text: "All rows that this job has written so far are dropped, and it begins at the first line again.",
    confirm: "Start over",
  },
};
const DELETE: VerbButton = {
  verb: "delete",
  label: "Delete",
  look: "quiet",
  question: {
    title: "Delete this job?",
    text: "Its rows, its result and, if no other job needs it, its file are deleted. This cannot be undone.",
    confirm: "Delete the job",
  },
};

/** What the owner can do with a job as it stands, the likeliest first. */
export function verbsFor(job: JobView): readonly VerbButton[] {
  if (job.state === "completed") return [DELETE];
  if (needsTheFile(job.error)) return [{ ...RETRY, look: "quiet" }, RESTART, DELETE];
  if (isFinished(job)) return [RETRY, RESTART, DELETE];
  if (job.stopping === "cancel") return [];
  if (job.stopping === "pause") return [CANCEL];
  if (job.state === "paused") return [RESUME, CANCEL];
  return job.state === "scheduled" ? [CANCEL] : [PAUSE, CANCEL];
}
