"use client";

import { useSyncExternalStore } from "react";
import useSWRMutation from "swr/mutation";
import { acceptInvite } from "@/lib/contracts/operator";
import { type ApiProblem, postJson } from "@/lib/hooks/fetch-json";

const accept = (url: string, { arg: token }: { arg: string }) => postJson(url, acceptInvite.reply, { token });

function watchAddress(onChange: () => void) {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
}

/** The invitation in this page's address; its token is null without one, and undefined before the browser has looked. */
export function useInvitation({ onAccepted }: { readonly onAccepted: () => void }) {
  const token = useSyncExternalStore<string | null | undefined>(
    watchAddress,
    () => window.location.hash.slice(1) || null,
    () => undefined,
  );
  const { trigger, isMutating, error } = useSWRMutation<unknown, ApiProblem, string, string>(
    "/api/invites/accept",
    accept,
    { throwOnError: false, onSuccess: onAccepted },
  );
  return { token, accept: () => void (token && trigger(token)), isAccepting: isMutating, problem: error };
}
