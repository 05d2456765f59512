import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

export const metadata = { title: "Link expired" };

/** Where a sign-in link leads that was used before, or is older than a quarter of an hour. */
export default function LinkExpired() {
  return (
    <EmptyState
      title="This link has been used, or has expired"
      hint="A sign-in link works once, for 15 minutes. Ask for a new one where you got it."
    >
      <LinkButton href="/">Start here without it</LinkButton>
    </EmptyState>
  );
}
