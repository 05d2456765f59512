import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

export const metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <EmptyState title="There is no such page" hint="The address may be mistyped, or what stood here has been deleted.">
      <LinkButton href="/">Import a statement</LinkButton>
      <LinkButton href="/jobs" look="quiet">
        See your jobs
      </LinkButton>
    </EmptyState>
  );
}
