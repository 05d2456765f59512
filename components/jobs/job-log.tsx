"use client";

import { useState } from "react";
import { timeText } from "@/components/format/instant-text";
import { isFinished } from "@/components/jobs/job-words";
import type { JobView } from "@/lib/contracts/jobs";
import { useJobLog } from "@/lib/hooks/use-job-log";

/** The job's own log lines, read only while somebody looks at them. */
export function JobLog({ job }: { readonly job: JobView }) {
  const [isOpen, setIsOpen] = useState(false);
  const { log, problem } = useJobLog(job.id, { isOpen, isLive: !isFinished(job) });
  return (
    <details
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
      className="rounded-lg border border-line bg-surface"
    >
      <summary className="px-4 py-3 font-semibold sm:px-5">Log</summary>
      <div className="border-line border-t px-4 py-3 sm:px-5">
        {!log && problem && <p role="alert">{problem.message}</p>}
        {!log && !problem && <p className="text-muted">Reading the log…</p>}
        {log?.lines.length === 0 && <p className="text-muted">Nothing has been logged.</p>}
        {log && log.lines.length > 0 && (
          <ol className="max-h-80 overflow-y-auto font-mono text-xs leading-relaxed">
            {log.lines.map((line, index) => (
              <li key={index} className={`flex gap-3 ${line.level === "warn" ? "text-warn" : ""}`}>
                <time dateTime={new Date(line.at).toISOString()} className="shrink-0 text-muted tabular-nums">
                  {timeText(line.at)}
                </time>
                <span className="min-w-0 break-words">{line.message}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </details>
  );
}
