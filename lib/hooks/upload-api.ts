import {
  authoriseUpload,
  completeUpload,
  createUpload,
  type FileView,
  readUpload,
  type UploadView,
} from "@/lib/contracts/uploads";
import { type DirectWay, openDirectWay } from "@/lib/hooks/direct-way";
import { fetchJson, postJson, toProblem, unreachable } from "@/lib/hooks/fetch-json";

/** The routes that an upload needs. */
export interface UploadApi {
  readonly start: (file: Pick<File, "name" | "size" | "type">, signal: AbortSignal) => Promise<UploadView>;
  readonly view: (uploadId: string, signal: AbortSignal) => Promise<UploadView>;
  readonly putPart: (part: PartToSend, signal: AbortSignal) => Promise<void>;
  /** For an upload whose file goes straight to the file store. */
  readonly openDirect: (upload: DirectUpload, signal: AbortSignal) => Promise<DirectWay>;
  readonly complete: (uploadId: string, signal: AbortSignal) => Promise<FileView>;
}

export type DirectUpload = Extract<UploadView, { method: "blob" }>;

interface PartToSend {
  readonly uploadId: string;
  readonly n: number;
  readonly bytes: ArrayBuffer;
  readonly onSent: (bytes: number) => void;
}

const urlOf = (uploadId: string) => `/api/uploads/${encodeURIComponent(uploadId)}`;

export const uploadApi: UploadApi = {
  start: ({ name, size, type }, signal) =>
    postJson("/api/uploads", createUpload.reply, { name, size, method: "blob", ...(type ? { type } : {}) }, { signal }),
  view: (uploadId, signal) => fetchJson(urlOf(uploadId), readUpload.reply, { signal }),
  complete: (uploadId, signal) =>
    fetchJson(`${urlOf(uploadId)}/complete`, completeUpload.reply, { method: "POST", signal }),
  putPart,
  async openDirect({ uploadId, pathname }, signal) {
    const url = `${urlOf(uploadId)}/token`;
    const { clientToken: token } = await fetchJson(url, authoriseUpload.reply, { method: "POST", signal });
    return openDirectWay({ pathname, token }, signal);
  },
};

/** A line this quiet is dead; a slow one still moves. */
const SILENCE_MS = 30_000;

/** By XMLHttpRequest, for only that tells how many bytes have left. */
function putPart({ uploadId, n, bytes, onSent }: PartToSend, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let silence = setTimeout(abort, SILENCE_MS);
    const end = (settle: () => void) => {
      clearTimeout(silence);
      signal.removeEventListener("abort", abort);
      settle();
    };
    request.upload.onprogress = ({ loaded }) => {
      clearTimeout(silence);
      silence = setTimeout(abort, SILENCE_MS);
      onSent(loaded);
    };
    request.onload = () =>
      end(() =>
        request.status >= 200 && request.status < 300
          ? resolve()
          : reject(toProblem(request.status, request.responseText)),
      );
    request.onerror = () => end(() => reject(unreachable()));
    request.onabort = () => end(() => reject(signal.aborted ? signal.reason : unreachable()));
    request.open("PUT", `${urlOf(uploadId)}/parts/${n}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    signal.addEventListener("abort", abort);
    request.send(bytes);
  });
}
