"use client";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { useInvitation } from "@/lib/hooks/use-invitation";

/** Where an invitation is accepted, and what everybody else sees of an application that is not open to all. */
export function InvitationPage({ onAccepted = goHome }: { readonly onAccepted?: () => void }) {
  const { token, accept, isAccepting, problem } = useInvitation({ onAccepted });
  if (!token) {
    return (
      <EmptyState
        title="You need an invitation"
        hint="This application is open to those who were invited. Ask the person who runs it for a link: it lets you in at once, without a password."
      />
    );
  }
  return (
    <div className="flex flex-col gap-5">
      {problem && (
        <Notice tone="bad" title="You could not be let in">
          {problem.message}
        </Notice>
      )}
      <EmptyState
        title="You are invited"
        hint="Accept, and this browser is yours to work with. The link works once: keep to this browser, or take your session along later."
      >
        <Button onClick={accept} isPending={isAccepting}>
          Accept the invitation
        </Button>
      </EmptyState>
    </div>
  );
}

/** With a new page, for the old ones were made for nobody. */
const goHome = () => window.location.assign("/");
