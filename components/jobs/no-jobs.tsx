import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

export function NoJobs({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  return isFiltered ? (
    <EmptyState title="No job is in this state" hint="Others may be." isPart>
      <Button look="quiet" onClick={onClear}>
        Show all jobs
      </Button>
    </EmptyState>
  ) : (
    <EmptyState
      title="No jobs yet"
      hint="Import a statement, and you can follow it here, however long it takes."
      isPart
    >
      <LinkButton href="/">Import a statement</LinkButton>
    </EmptyState>
  );
}
