"use client";

import { Downloads } from "@/components/jobs/downloads";
import { ResultMissing } from "@/components/jobs/result-missing";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { JobView } from "@/lib/contracts/jobs";
import { useResult } from "@/lib/hooks/use-result";

/** The result of a job that has no view of its own. */
export function GenericResult({ job }: { readonly job: JobView }) {
  const { result, problem, reload } = useResult(job.id);
  return (
    <Card title="Result" aside={<Downloads job={job} />}>
      {result === undefined && problem && <ResultMissing problem={problem} onRetry={reload} />}
      {result === undefined && !problem && <Skeleton width="w-full" height="h-24" />}
      {result !== undefined && (
        <pre className="max-h-[32rem] overflow-auto whitespace-pre-wrap break-words font-mono text-xs leading-relaxed">
          {JSON.stringify(result, null, 2)}
        </pre>
      )}
    </Card>
  );
}
