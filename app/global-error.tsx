"use client";

import "@/app/globals.css";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** Stands in for the layout itself, so it brings its own document. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body className="px-4 pt-16 font-sans">
        <title>Something went wrong · Longhaul</title>
        <EmptyState
          title="Longhaul could not be shown"
          hint="Your jobs go on regardless. Try again, or come back later."
        >
          <Button onClick={reset}>Try again</Button>
        </EmptyState>
      </body>
    </html>
  );
}
