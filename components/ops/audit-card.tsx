import { instantText } from "@/components/format/instant-text";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";

interface Action {
  readonly id: string;
  readonly at: number;
  readonly action: string;
}

/** What the operator has done. */
export function AuditCard({
  actions,
  problem,
}: {
  readonly actions: readonly Action[] | undefined;
  readonly problem: { readonly message: string } | undefined;
}) {
  return (
    <Card title="What was done">
      {problem && (
        <Notice tone="bad" title="The list could not be read">
          {problem.message}
        </Notice>
      )}
      {!actions && !problem && <Skeleton width="w-72" />}
      {actions && (
        <DataTable
          caption="What the operator has done, newest first"
          columns={[
            { title: "When", cell: ({ at }) => instantText(at) },
            { title: "What", cell: ({ action }) => action },
          ]}
          rows={actions}
          keyOf={({ id }) => id}
          isTall
        />
      )}
    </Card>
  );
}
