"use client";

import { useEffect, useState } from "react";
import { rememberedFileNames } from "@/lib/hooks/file-names";

/** How a file was called when it was uploaded from this browser; null if it was not, and while rendering on the server. */
export function useFileName(fileId: string | null): string | null {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => setName((fileId && rememberedFileNames().get(fileId)) ?? null), [fileId]);
  return name;
}
