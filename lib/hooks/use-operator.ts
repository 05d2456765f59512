"use client";

import useSWR from "swr";
import useSWRMutation from "swr/mutation";
import type { z } from "zod";
import { createInvite, readAudit, readOperator, signInOperator, signOutOperator } from "@/lib/contracts/operator";
import { type ApiProblem, fetchJson, postJson } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";

type State = z.infer<typeof readOperator.reply>;

const URL = "/api/operator";
const AUDIT_URL = "/api/ops/audit";
const read = (url: string) => fetchJson(url, readOperator.reply);
const signIn = (url: string, { arg: token }: { arg: string }) => postJson(url, signInOperator.reply, { token });
const signOut = (url: string) => fetchJson(url, signOutOperator.reply, { method: "DELETE" });

/** Whether this browser is the operator's, and how it comes to be. */
export function useOperator() {
  const { data, error } = useSWR<State, ApiProblem>(URL, read, RETRY_READ);
  const options = { throwOnError: false, populateCache: true, revalidate: false } as const;
  const entering = useSWRMutation<State, ApiProblem, string, string>(URL, signIn, options);
  const leaving = useSWRMutation<State, ApiProblem, string>(URL, signOut, options);
  return {
    isOperator: data?.isOperator,
    problem: entering.error ?? leaving.error ?? (data ? undefined : error),
    signIn: entering.trigger,
    isSigningIn: entering.isMutating,
    signOut: () => leaving.trigger(),
  };
}

const invite = (url: string, { arg: note }: { arg: string }) => postJson(url, createInvite.reply, { note });

/** Makes invitations. */
export function useInvite() {
  const { data, error, trigger, isMutating } = useSWRMutation<
    z.infer<typeof createInvite.reply>,
    ApiProblem,
    string,
    string
  >("/api/invites", invite, { throwOnError: false });
  return { url: data?.url, problem: error, invite: trigger, isInviting: isMutating };
}

/** What the operator has done, newest first. */
export function useAudit() {
  const { data, error, mutate } = useSWR<z.infer<typeof readAudit.reply>, ApiProblem>(
    AUDIT_URL,
    (url: string) => fetchJson(url, readAudit.reply),
    RETRY_READ,
  );
  return { actions: data?.actions, problem: data ? undefined : error, refresh: () => void mutate() };
}
