"use client";

import { useState } from "react";
import useSWR from "swr";
import useSWRMutation from "swr/mutation";
import type { z } from "zod";
import { createToken, listTokens, revokeToken, type TokenView } from "@/lib/contracts/tokens";
import { type ApiProblem, fetchJson, postJson } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";

type Tokens = z.infer<typeof listTokens.reply>;
type Created = z.infer<typeof createToken.reply>;

const URL = "/api/tokens";
const read = (url: string) => fetchJson(url, listTokens.reply);
const create = (url: string, { arg: name }: { arg: string }) => postJson(url, createToken.reply, { name });
const revoke = (url: string, { arg: id }: { arg: string }) =>
  fetchJson(`${url}/${id}`, revokeToken.reply, { method: "DELETE" });

/** The caller's API tokens. The text of a new one is known until the page is left, and to nobody after. */
export function useTokens() {
  const [latest, setLatest] = useState<Created | null>(null);
  const { data, error } = useSWR<Tokens, ApiProblem>(URL, read, RETRY_READ);
  const creation = useSWRMutation<Created, ApiProblem, string, string, Tokens>(URL, create, {
    throwOnError: false,
    onSuccess: setLatest,
    // The list has it at once, but not its text.
    populateCache: ({ token: _token, ...view }, known) => ({ tokens: [view, ...(known?.tokens ?? [])] }),
    revalidate: false,
  });
  const revocation = useSWRMutation<unknown, ApiProblem, string, string>(URL, revoke, {
    throwOnError: false,
    onSuccess: () => setLatest(null),
  });
  const tokens: readonly TokenView[] | undefined = data?.tokens;

  return {
    tokens,
    latest,
    problem: creation.error ?? revocation.error ?? (data ? undefined : error),
    create: creation.trigger,
    isCreating: creation.isMutating,
    revoke: revocation.trigger,
  };
}
