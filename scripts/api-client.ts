import { z } from "zod";
import { Problem } from "@/lib/contracts/contract";
import { deleteJob, type JobView, readDataset, readJob } from "@/lib/contracts/jobs";
import { completeUpload, createUpload, type FileView, putFile, putPart } from "@/lib/contracts/uploads";

/** The public API, seen by a script: one session, and every reply checked against its contract. */
export type ApiClient = ReturnType<typeof createApiClient>;

/** The server refused. `code` is stable and for programs. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
  ) {
    super(`${title} (${status} ${code})`);
  }
}

const SignInLink = z.object({ url: z.url() });

/** Makes a client with a cookie jar of its own, so a new client is a new owner. `own` headers go with every call. */
export function createApiClient(baseUrl: string, own: Readonly<Record<string, string>> = {}) {
  const send = createSender(baseUrl, own);
  const json = async <Reply extends z.ZodType>(reply: Reply, path: string, init: RequestInit = {}) =>
    reply.parse(await (await send(path, init)).json());
  const post = <Reply extends z.ZodType>(reply: Reply, path: string, body: unknown, headers: HeadersInit = {}) =>
    json(reply, path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  return {
    send,
    read: (id: string) => json(readJob.reply, `/api/jobs/${id}`),
    submit: (name: string, input: unknown) => post(readJob.reply, "/api/jobs", { name, input }),
    control: (id: string, verb: "cancel" | "pause" | "resume" | "retry") =>
      post(readJob.reply, `/api/jobs/${id}/${verb}`, {}),
    remove: (id: string) => json(deleteJob.reply, `/api/jobs/${id}`, { method: "DELETE" }),
    result: <Reply extends z.ZodType>(id: string, reply: Reply) => json(reply, `/api/jobs/${id}/result`),
    rows: (id: string, dataset: string) => json(readDataset.reply, `/api/jobs/${id}/datasets/${dataset}`),
    download: async (id: string, dataset: string, format: "csv" | "ndjson" = "ndjson") =>
      (await send(`/api/jobs/${id}/datasets/${dataset}?format=${format}`)).bytes(),
    signInLink: async (path: string) => (await post(SignInLink, "/api/sign-in-links", { path })).url,
    putFile: (name: string, bytes: Uint8Array<ArrayBuffer>) =>
      json(putFile.reply, `/api/files?name=${encodeURIComponent(name)}`, { method: "PUT", body: bytes }),

    /** Uploads a file in parts, one after the other, and tells how far it is after each. */
    async upload(name: string, file: Blob, onProgress: (bytes: number) => void = () => {}): Promise<FileView> {
      const { uploadId, partSize } = await post(createUpload.reply, "/api/uploads", { name, size: file.size });
      for (let start = 0, n = 1; start < file.size; start += partSize, n += 1) {
        const body = file.slice(start, start + partSize);
        await json(putPart.reply, `/api/uploads/${uploadId}/parts/${n}`, { method: "PUT", body });
        onProgress(Math.min(start + partSize, file.size));
      }
      return post(completeUpload.reply, `/api/uploads/${uploadId}/complete`, {});
    },
  };
}

/** Whether nothing more will happen to a job by itself or its worker. */
export const isOver = (job: JobView): boolean => ["completed", "failed", "cancelled"].includes(job.state);

/** Sends requests of one session. @throws RefusedError with what the problem document says. */
function createSender(baseUrl: string, own: Readonly<Record<string, string>>) {
  let cookie: string | undefined;

  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({ ...own, ...Object.fromEntries(new Headers(init.headers)) });
    if (cookie) headers.set("cookie", cookie);
    const response = await fetch(new URL(path, baseUrl), { ...init, headers });
    const [given] = response.headers.getSetCookie();
    if (given) cookie = given.split(";")[0];
    if (!response.ok) throw await toRefusal(response);
    return response;
  };
}

async function toRefusal(response: Response): Promise<RefusedError> {
  const text = await response.text();
  const problem = Problem.safeParse(response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : null);
  return problem.success
    ? new RefusedError(response.status, problem.data.code, problem.data.title)
    : new RefusedError(response.status, "unexpected_answer", text.slice(0, 200));
}
