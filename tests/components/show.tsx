import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { SWRConfig } from "swr";

/** Renders with a cache of its own, so that no test sees what another has read. */
export const show = (screen: ReactNode) =>
  render(<SWRConfig value={{ provider: () => new Map() }}>{screen}</SWRConfig>);
