"use client";

import { BalanceWarnings } from "@/components/imports/balance-warnings";
import { MonthCategories } from "@/components/imports/month-categories";
import { Months } from "@/components/imports/months";
import { RejectedRows } from "@/components/imports/rejected-rows";
import { SummaryCards } from "@/components/imports/summary-cards";
import { TransactionRows } from "@/components/imports/transaction-rows";
import { GenericResult } from "@/components/jobs/generic-result";
import { ResultMissing } from "@/components/jobs/result-missing";
import { Skeleton } from "@/components/ui/skeleton";
import type { JobView } from "@/lib/contracts/jobs";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import { useResult } from "@/lib/hooks/use-result";

/** What an import has brought. A result of another version's shape is shown as it is. */
export function ImportResult({ job }: { readonly job: JobView }) {
  const { result, problem, reload } = useResult(job.id);
  if (result === undefined) {
    return problem ? <ResultMissing problem={problem} onRetry={reload} /> : <Skeleton width="w-full" height="h-32" />;
  }
  const { success, data: summary } = ImportSummary.safeParse(result);
  if (!success) return <GenericResult job={job} />;
  return (
    <>
      <h2 className="sr-only">Result</h2>
      <SummaryCards summary={summary} />
      <BalanceWarnings warnings={summary.warnings ?? []} currency={summary.currency} />
      {summary.rejected > 0 && <RejectedRows job={job} />}
      <Months summary={summary} />
      <MonthCategories summary={summary} />
      <TransactionRows job={job} currency={summary.currency} />
    </>
  );
}
