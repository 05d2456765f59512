"use client";

import { useState } from "react";
import { DropZone } from "@/components/imports/drop-zone";
import { FormatHelp } from "@/components/imports/format-help";
import { InterruptedUpload } from "@/components/imports/interrupted-upload";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useRememberedUpload } from "@/lib/hooks/use-remembered-upload";

/** The page before there is a file. */
export function FileChoice({
  onFile,
  onSample,
}: {
  readonly onFile: (file: File) => void;
  readonly onSample: (file: File) => void;
}) {
  const { upload, forget } = useRememberedUpload();
  const [sample, setSample] = useState<"none" | "making" | "failed">("none");

  async function trySample() {
    setSample("making");
    try {
      const { makeSample } = await import("@/lib/hooks/make-sample"); // only who presses the button loads it
      onSample(makeSample());
    } catch {
      setSample("failed"); // the connection broke, or a newer version is out: both are cured by a reload
    }
  }

  return (
    <>
      {upload && <InterruptedUpload upload={upload} onForget={forget} />}
      <DropZone title="Drop a bank statement here" hint="CSV or text, up to 2 GB" onFile={onFile}>
        <Button look="quiet" isPending={sample === "making"} onClick={() => void trySample()}>
          Try it with a sample statement
        </Button>
      </DropZone>
      {sample === "failed" && (
        <Notice tone="bad" title="The sample could not be made. Reload the page and try again." />
      )}
      <FormatHelp />
    </>
  );
}
