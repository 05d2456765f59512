"use client";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <EmptyState
      title="This page could not be shown"
      hint={`Your jobs go on regardless. Try again, or come back later.${error.digest ? ` (Reference ${error.digest})` : ""}`}
    >
      <Button onClick={reset}>Try again</Button>
    </EmptyState>
  );
}
