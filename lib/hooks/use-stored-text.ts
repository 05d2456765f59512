"use client";

import { useEffect, useState } from "react";
import { z } from "zod";
import { readStored, writeStored } from "@/lib/hooks/browser-storage";

/** A text that this browser remembers; `initial` until it is read, and while rendering on the server. */
export function useStoredText(key: string, initial: string) {
  const [text, setText] = useState(initial);
  useEffect(() => setText(readStored(key, z.string()) ?? initial), [key, initial]);
  return [
    text,
    (next: string) => {
      setText(next);
      writeStored(key, next);
    },
  ] as const;
}
