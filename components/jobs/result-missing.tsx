import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import type { ApiProblem } from "@/lib/hooks/fetch-json";

export function ResultMissing({ problem, onRetry }: { readonly problem: ApiProblem; readonly onRetry: () => void }) {
  return (
    <Notice
      tone="bad"
      title="The result could not be read"
      action={
        <Button look="quiet" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {problem.message}
    </Notice>
  );
}
