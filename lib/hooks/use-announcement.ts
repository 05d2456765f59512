"use client";

import { useEffect, useRef, useState } from "react";
import { monotonicClock } from "@/lib/clock";

const EVERY_MS = 10_000;

/** `text` for a live region: at most every ten seconds, for one that speaks at every change is switched off; `isUrgent` at once. */
export function useAnnouncement(text: string, { isUrgent }: { readonly isUrgent: boolean }): string {
  const [spoken, setSpoken] = useState("");
  const spokenAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const waitMs = isUrgent ? 0 : Math.max(0, spokenAt.current + EVERY_MS - monotonicClock());
    const timer = setTimeout(() => {
      spokenAt.current = monotonicClock();
      setSpoken(text);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [text, isUrgent]);
  return spoken;
}
