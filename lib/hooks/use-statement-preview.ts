"use client";

import { useEffect, useMemo, useState } from "react";
import { type PartialMapping, PREVIEW_BYTES, previewOf, type ShownPreview } from "@/lib/hooks/statement-preview";

/** Reads the first bytes of a file here, in the browser, and says what they look like. Nothing is sent. */
export function useStatementPreview(file: File, { mapping }: { readonly mapping: PartialMapping | null }) {
  const [head, setHead] = useState<Uint8Array | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    let isCurrent = true;
    file
      .slice(0, PREVIEW_BYTES)
      .arrayBuffer()
      .then(
        (bytes) => isCurrent && setHead(new Uint8Array(bytes)),
        () => isCurrent && setFailure("The file cannot be read. If it was moved or changed, choose it again."),
      );
    return () => {
      isCurrent = false;
    };
  }, [file]);

  const preview = useMemo<ShownPreview | null>(
    () => head && previewOf(head, { isWhole: head.byteLength === file.size, mapping: mapping ?? {} }),
    [head, file.size, mapping],
  );
  return { preview, failure };
}
