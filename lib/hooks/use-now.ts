"use client";

import { useEffect, useState } from "react";
import { systemClock } from "@/lib/clock";

/** The present, anew every `everyMs`; stands still while that is null. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(systemClock);
  useEffect(() => {
    if (everyMs === null) return;
    setNow(systemClock());
    const timer = setInterval(() => setNow(systemClock()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
