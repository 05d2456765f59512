"use client";

import { useEffect, useRef } from "react";
import { bytesText } from "@/components/format/bytes-text";
import { progressInWords, timeLeftText } from "@/components/jobs/progress-words";
import { RunBar } from "@/components/jobs/run-bar";
import { Button } from "@/components/ui/button";
import { systemClock } from "@/lib/clock";
import { UPLOAD_SHARE, uploadPercent } from "@/lib/hooks/shown-percent";
import { type Sending, type UploadState, uploadEtaMs } from "@/lib/hooks/upload-state";
import { useAnnouncement } from "@/lib/hooks/use-announcement";
import { useSteadyEta } from "@/lib/hooks/use-steady-eta";

const STAGES = [
  { name: "upload", label: "Uploading", state: "running" },
  { name: "import", label: "Importing", state: "pending" },
] as const;

/** The first stretch of the one bar: the file on its way. The job's page goes on where this ends. */
export function UploadCard({
  fileName,
  state,
  onCancel,
}: {
  readonly fileName: string;
  readonly state: Extract<UploadState, { phase: "sending" | "submitting" }>;
  readonly onCancel: () => void;
}) {
  const card = useRef<HTMLElement>(null);
  useEffect(() => card.current?.focus(), []); // the button that had the focus is gone
  const isSending = state.phase === "sending";
  const percent = isSending ? uploadPercent(state.sent, state.size) : UPLOAD_SHARE;
  const etaMs = useSteadyEta({
    at: isSending ? state.at : systemClock(),
    etaMs: isSending ? uploadEtaMs(state) : null,
  });
  const activity = isSending ? sendingText(state) : "Uploaded. Starting the import.";
  const timeLeft = isSending && etaMs !== null ? `${timeLeftText(etaMs)} for the upload` : "";
  const inWords = progressInWords(percent, "", activity, timeLeft);
  const spoken = useAnnouncement(inWords, { isUrgent: false });

  return (
    <section
      ref={card}
      tabIndex={-1}
      aria-label={`Import of ${fileName}`}
      className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5"
    >
      <p className="break-words font-medium">{fileName}</p>
      <RunBar
        label="Progress"
        percent={percent}
        tone={state.trouble ? "still" : "busy"}
        inWords={inWords}
        timeLeft={timeLeft}
        activity={activity}
        note={state.trouble && <span className="font-medium text-warn">Connection lost, goes on by itself</span>}
        stages={STAGES}
      />
      <p aria-live="polite" className="sr-only">
        {spoken}
      </p>
      <div>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </section>
  );
}

function sendingText({ sent, size, rate, trouble }: Sending): string {
  const speed = rate && !trouble ? ` · ${bytesText(rate)}/s` : "";
  return `Uploading: ${bytesText(sent)} of ${bytesText(size)}${speed}`;
}
