"use client";

import { isFinished, stateInWords, updatedText } from "@/components/jobs/job-words";
import { activityText, progressInWords, timeLeftText } from "@/components/jobs/progress-words";
import { RunBar } from "@/components/jobs/run-bar";
import type { ProgressTone } from "@/components/ui/progress-bar";
import type { JobView } from "@/lib/contracts/jobs";
import { hasUpload } from "@/lib/hooks/shown-percent";
import { useAnnouncement } from "@/lib/hooks/use-announcement";
import { useShownPercent } from "@/lib/hooks/use-shown-percent";
import { useSteadyEta } from "@/lib/hooks/use-steady-eta";

const UPLOAD_DONE = { name: "upload", label: "Uploading", state: "done" } as const;

/** How far a job is, for the eye and for a screen reader. `isCutOff`: the last reading failed. */
export function JobProgress({
  job,
  now,
  isCutOff,
}: {
  readonly job: JobView;
  readonly now: number;
  readonly isCutOff: boolean;
}) {
  const percent = useShownPercent(job);
  const isMoving = job.state === "running" && job.stopping === null;
  const etaMs = useSteadyEta({ at: job.updatedAt, etaMs: isMoving ? job.progress.etaMs : null });
  const state = stateInWords(job, now);
  const activity = activityText(job);
  const timeLeft = isMoving ? timeLeftText(etaMs) : "";
  const inWords = progressInWords(percent, state, activity, timeLeft);
  const spoken = useAnnouncement(inWords, { isUrgent: isFinished(job) });

  return (
    <>
      <RunBar
        label="Progress"
        percent={percent}
        tone={toneOf(job)}
        inWords={inWords}
        timeLeft={timeLeft}
        activity={activity}
        note={
          isFinished(job) ? null : isCutOff ? (
            <span className="font-medium text-warn">Connection lost, retrying</span>
          ) : (
            updatedText(job.updatedAt, now)
          )
        }
        stages={hasUpload(job) ? [UPLOAD_DONE, ...job.stages] : job.stages}
      />
      <p aria-live="polite" className="sr-only">
        {spoken}
      </p>
    </>
  );
}

function toneOf({ state, stopping }: JobView): ProgressTone {
  if (state === "completed") return "good";
  if (state === "failed") return "bad";
  return state === "cancelled" || state === "paused" || stopping ? "still" : "busy";
}
