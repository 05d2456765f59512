"use client";

import { useState } from "react";
import { type EtaSample, steadyEtaMs, withSample } from "@/lib/hooks/steady-eta";

const NONE: readonly EtaSample[] = [];

/** The time left according to the samples so far; see `steadyEtaMs`. */
export function useSteadyEta(sample: { readonly at: number; readonly etaMs: number | null }): number | null {
  const [samples, setSamples] = useState(NONE);
  const next = withSample(samples, sample);
  if (next !== samples) setSamples(next);
  return steadyEtaMs(next);
}
