"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";

/** A text to take along, with a button that copies it. Without access to the clipboard it can be selected. */
export function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    );
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <code className="min-w-0 flex-1 basis-60 select-all break-all rounded-md border border-line bg-sunken px-2.5 py-1.5 text-ink">
        {text}
      </code>
      <Button look="quiet" onClick={copy}>
        {isCopied ? "Copied" : label}
      </Button>
    </div>
  );
}
