import { setTimeout as pause } from "node:timers/promises";
import { type JobView, listJobs, submitJob } from "@/lib/contracts/jobs";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import { completeUpload, createUpload, putPart } from "@/lib/contracts/uploads";
import { ADDRESS_HEADER } from "@/rehearsal/router";
import { count, type Tally } from "@/rehearsal/tally";
import { createApiClient, RefusedError } from "@/scripts/api-client";
import { exportedBytes } from "@/tests/e2e/exported-bytes";

export type PatientClient = ReturnType<typeof createPatientClient>;

interface Options {
  /** Where it calls from: the app limits how much comes from one place. */
  readonly address: string;
  readonly clock: () => number;
  /** When it gives up whatever it tries. */
  readonly until: number;
  /** What its calls met on the way. */
  readonly met: Tally<string>;
}

const WAIT_MS = 300;

/** A caller as they should be: one session, and every call that may be repeated is, until it gets its answer. */
export function createPatientClient(baseUrl: string, { address, clock, until, met }: Options) {
  const client = createApiClient(baseUrl, { [ADDRESS_HEADER]: address });

  async function patiently<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        const reason = passingReason(error);
        if (reason === null || clock() > until) throw error;
        count(met, reason);
        await pause(WAIT_MS);
      }
    }
  }

  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    (
      await client.send(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      })
    ).json();

  return {
    /** Uploads in parts, and answers the file's id. A part that fails is sent again, not the file. */
    async upload(name: string, file: Blob): Promise<string> {
      const begun = await patiently(async () =>
        createUpload.reply.parse(await post("/api/uploads", { name, size: file.size })),
      );
      const { uploadId, partSize } = begun;
      for (let start = 0, n = 1; start < file.size; start += partSize, n += 1) {
        const path = `/api/uploads/${uploadId}/parts/${n}`;
        const body = file.slice(start, start + partSize);
        await patiently(async () =>
          putPart.reply.parse(await (await client.send(path, { method: "PUT", body })).json()),
        );
      }
      const done = () => post(`/api/uploads/${uploadId}/complete`, {});
      return (await patiently(async () => completeUpload.reply.parse(await done()))).fileId;
    },

    /** Submits once, however often the request has to be sent. */
    submit: (
      input: unknown,
      { key, delayMs }: { readonly key: string; readonly delayMs: number },
    ): Promise<JobView> => {
      const body = { name: "transactions.import", input, options: { delayMs } };
      return patiently(async () => submitJob.reply.parse(await post("/api/jobs", body, { "idempotency-key": key })));
    },

    /** A verb that came too late, or had its effect before its answer was lost, is no failure. */
    control: (id: string, verb: "pause" | "resume" | "cancel"): Promise<void> =>
      patiently(async () => {
        await client.control(id, verb).catch((error: unknown) => {
          if (!(error instanceof RefusedError && error.status === 409)) throw error;
        });
      }),

    read: (id: string) => patiently(() => client.read(id)),
    summary: (id: string) => patiently(() => client.result(id, ImportSummary)),
    bytes: (id: string) => patiently(() => exportedBytes(client, id)),
    /** How many jobs the session has. */
    ownJobs: () =>
      patiently(async () => listJobs.reply.parse(await (await client.send("/api/jobs?limit=100")).json()).jobs.length),
  };
}

/** What may pass by itself, in a few words; null for what asking again cannot change. */
function passingReason(error: unknown): string | null {
  if (error instanceof RefusedError) {
    const isPassing = error.status >= 500 || error.status === 429;
    return isPassing ? `${error.status} ${error.code}` : null;
  }
  // What `fetch` throws when nobody listens, and when an answer breaks off.
  if (error instanceof TypeError || error instanceof SyntaxError) return "connection broken";
  return null;
}
