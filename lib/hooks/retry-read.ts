import type { Revalidator, RevalidatorOptions } from "swr";
import { type ApiProblem, isTemporary } from "@/lib/hooks/fetch-json";

const LONGEST_DELAY_MS = 10_000;

/**
 * How every read is repeated: a broken connection soon and for ever, a refusal never.
 * SWR's own backoff grows to minutes, too long for somebody who watches a bar.
 */
export const RETRY_READ = {
  shouldRetryOnError: isTemporary,
  onErrorRetry: (
    _problem: ApiProblem,
    _key: string,
    _config: unknown,
    revalidate: Revalidator,
    { retryCount }: Required<RevalidatorOptions>,
  ): void => {
    setTimeout(() => void revalidate({ retryCount }), Math.min(LONGEST_DELAY_MS, 500 * 2 ** retryCount));
  },
};
