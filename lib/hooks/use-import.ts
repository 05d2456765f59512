"use client";

import { useEffect, useReducer, useRef } from "react";
import { useSWRConfig } from "swr";
import { systemClock } from "@/lib/clock";
import { type JobView, submitJob } from "@/lib/contracts/jobs";
import { ApiProblem, postJson } from "@/lib/hooks/fetch-json";
import { rememberFileName } from "@/lib/hooks/file-names";
import { persist } from "@/lib/hooks/persist";
import { forgetUpload, isSameFile, rememberedUpload, rememberUpload } from "@/lib/hooks/remembered-upload";
import { uploadApi } from "@/lib/hooks/upload-api";
import { uploadFile } from "@/lib/hooks/upload-file";
import { nextUpload } from "@/lib/hooks/upload-state";
import { jobUrl } from "@/lib/hooks/use-job";
import { waitOnline } from "@/lib/hooks/wait-online";
import type { Json } from "@/lib/json";
import { randomToken, systemRandom } from "@/lib/random";

const PERSISTENCE = { wait: waitOnline, random: systemRandom };

/**
 * Uploads a file and submits the job that reads it, as one thing that is started once: a second press while it runs
 * does nothing, and one idempotency key goes with all repeats of one press.
 */
export function useImport({ onSubmitted }: { onSubmitted: (job: JobView) => void }) {
  const [state, dispatch] = useReducer(nextUpload, { phase: "idle" });
  const { mutate } = useSWRConfig();
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []); // resumed from what is remembered

  async function start(file: File, name: string, input: { readonly [key: string]: Json | undefined }): Promise<void> {
    if (running.current) return;
    const own = new AbortController();
    running.current = own;
    const { signal } = own;
    dispatch({ kind: "started", size: file.size, at: systemClock() });
    try {
      const remembered = rememberedUpload();
      const uploaded = await uploadFile(
        { file, resumeId: remembered && isSameFile(remembered, file) ? remembered.uploadId : null, signal },
        {
          onStarted: ({ uploadId }) =>
            rememberUpload({ uploadId, name: file.name, size: file.size, lastModified: file.lastModified }),
          onSent: (bytes) => dispatch({ kind: "sent", bytes, at: systemClock() }),
          onTrouble: (problem) => dispatch({ kind: "troubled", problem }),
        },
        { api: uploadApi, ...PERSISTENCE },
      );
      dispatch({ kind: "arrived", size: file.size });
      rememberFileName(uploaded.fileId, file.name);
      const headers = { "Idempotency-Key": randomToken() };
      const body = { name, input: { ...input, fileId: uploaded.fileId } };
      const job = await persist(
        () => postJson("/api/jobs", submitJob.reply, body, { headers, signal }),
        { signal, onTrouble: (problem) => dispatch({ kind: "troubled", problem }) },
        PERSISTENCE,
      );
      forgetUpload();
      await mutate(jobUrl(job.id), job, { revalidate: false }); // its page shows it at once, the bar goes on
      onSubmitted(job);
    } catch (problem) {
      running.current = null;
      if (!signal.aborted) dispatch({ kind: "failed", problem: toApiProblem(problem) });
    }
  }

  function cancel(): void {
    running.current?.abort();
    running.current = null;
    forgetUpload();
    dispatch({ kind: "reset" });
  }

  return { state, start, cancel };
}

const toApiProblem = (problem: unknown): ApiProblem =>
  problem instanceof ApiProblem
    ? problem
    : new ApiProblem("file_unreadable", "The file could not be read. If it has changed, choose it again.", 0, {
        cause: problem,
      });
