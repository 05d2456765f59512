import { countOf, countText } from "@/components/format/count-text";
import { instantText } from "@/components/format/instant-text";
import { durationOf } from "@/components/jobs/job-words";
import type { JobView } from "@/lib/contracts/jobs";

const LABELS: Readonly<Record<string, string>> = { transactions: "Imported", rejected: "Rejected" };

const datasetLabel = (name: string) => LABELS[name] ?? `Rows in ${name}`;

/** The figures beside the bar. */
export function JobFacts({ job, now }: { readonly job: JobView; readonly now: number }) {
  const facts: ReadonlyArray<readonly [label: string, value: string]> = [
    ...Object.entries(job.datasets).map(([name, rows]) => [datasetLabel(name), countText(rows)] as const),
    ["Duration", durationOf(job, now) ?? "–"],
    ["Created", instantText(job.createdAt)],
  ];
  const cost = [
    `Attempt ${job.attempt} of ${job.maxAttempts}`,
    countOf(job.slices, "function call", "function calls"),
    countOf(job.commands, "store command", "store commands"),
  ];
  return (
    <div className="flex flex-col gap-3 border-line border-t pt-4">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-muted text-xs">{label}</dt>
            <dd className="font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-muted text-xs tabular-nums">{cost.join(" · ")}</p>
    </div>
  );
}
