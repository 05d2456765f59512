"use client";

import { useState } from "react";
import type { z } from "zod";
import { Downloads } from "@/components/jobs/downloads";
import { Card } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Pager } from "@/components/ui/pager";
import { Skeleton } from "@/components/ui/skeleton";
import type { JobView } from "@/lib/contracts/jobs";
import { useDatasetPage } from "@/lib/hooks/use-dataset-page";

const LIMIT = 25;

/** A dataset of a finished job, page by page, with its downloads. */
export function DatasetRows<Row extends z.ZodType<{ readonly line: number }>>({
  job,
  name,
  title,
  row,
  columns,
  whenEmpty,
}: {
  readonly job: JobView;
  readonly name: string;
  readonly title: string;
  readonly row: Row;
  readonly columns: readonly Column<z.infer<Row>>[];
  readonly whenEmpty: string;
}) {
  const [offset, setOffset] = useState(0);
  const { rows, total, problem } = useDatasetPage({ jobId: job.id, name, row }, { offset, limit: LIMIT });
  return (
    <Card title={title} aside={job.datasets[name] ? <Downloads job={job} only={name} /> : null}>
      {problem && <p role="alert">{problem.message}</p>}
      {!rows && !problem && <Skeleton width="w-full" height="h-40" />}
      {rows?.length === 0 && <p className="text-muted">{whenEmpty}</p>}
      {rows && rows.length > 0 && (
        <DataTable caption={title} columns={columns} rows={rows} keyOf={({ line }) => line} />
      )}
      <Pager what={title.toLowerCase()} offset={offset} limit={LIMIT} total={total ?? 0} onMove={setOffset} />
    </Card>
  );
}
