import { describe, expect, test } from "vitest";
import type { UploadView } from "@/lib/contracts/uploads";
import { ApiProblem, unreachable } from "@/lib/hooks/fetch-json";
import type { UploadApi } from "@/lib/hooks/upload-api";
import { uploadFile } from "@/lib/hooks/upload-file";

const aFile = (size: number) => new File([new Uint8Array(size).map((_, index) => index % 251)], "statement.csv");

const anUpload = (size: number, parts: readonly number[] = []): UploadView => ({
  uploadId: "upl_1",
  method: "parts",
  partSize: 10,
  name: "statement.csv",
  size,
  parts: [...parts],
});

/** A server that stores parts; `fail` may throw for the n-th try of a part. */
function aServer({ here = [], fail }: { here?: readonly number[]; fail?: (n: number, attempt: number) => void } = {}) {
  const parts = new Map<number, Uint8Array>();
  const tries = new Map<number, number>();
  const calls = { started: 0, viewed: 0, sent: [] as number[], busy: 0, mostBusy: 0 };
  let size = 0;
  const api: UploadApi = {
    async start(file) {
      calls.started += 1;
      size = file.size;
      return anUpload(file.size);
    },
    async view(uploadId) {
      calls.viewed += 1;
      if (uploadId !== "upl_1") throw new ApiProblem("not_found", "There is no such upload.", 404);
      return anUpload(35, here);
    },
    async putPart({ n, bytes, onSent }) {
      calls.busy += 1;
      calls.mostBusy = Math.max(calls.mostBusy, calls.busy);
      try {
        onSent(Math.floor(bytes.byteLength / 2));
        await Promise.resolve();
        tries.set(n, (tries.get(n) ?? 0) + 1);
        fail?.(n, tries.get(n) ?? 0);
        calls.sent.push(n);
        parts.set(n, new Uint8Array(bytes));
      } finally {
        calls.busy -= 1;
      }
    },
    openDirect: () => Promise.reject(new Error("Not offered here.")),
    async complete() {
      return { fileId: "file_1", name: "statement.csv", size, sha256: null };
    },
  };
  return { api, calls, parts };
}

function aWatcher() {
  const seen = { started: [] as string[], sent: [] as number[], trouble: [] as string[] };
  return {
    seen,
    onStarted: ({ uploadId }: UploadView) => void seen.started.push(uploadId),
    onSent: (bytes: number) => void seen.sent.push(bytes),
    onTrouble: ({ code }: ApiProblem) => void seen.trouble.push(code),
  };
}

const AT_ONCE = { wait: async (_ms: number, signal: AbortSignal) => signal.throwIfAborted(), random: () => 0.5 };

function upload(server: ReturnType<typeof aServer>, { size = 35, resumeId = null as string | null } = {}) {
  const watcher = aWatcher();
  const own = new AbortController();
  const file = aFile(size);
  const done = uploadFile({ file, resumeId, signal: own.signal }, watcher, { api: server.api, ...AT_ONCE });
  return { done, watcher: watcher.seen, abort: () => own.abort(), file };
}

describe("uploadFile", () => {
  test("sends every part, the last one with the rest, three at a time", async () => {
    const server = aServer();
    const { done, watcher, file } = upload(server, { size: 75 });
    expect(await done).toEqual({ fileId: "file_1", name: "statement.csv", size: 75, sha256: null });
    const arrived = [...server.parts].toSorted(([a], [b]) => a - b).flatMap(([, bytes]) => [...bytes]);
    expect(arrived).toEqual([...new Uint8Array(await file.arrayBuffer())]);
    expect(server.calls).toMatchObject({ started: 1, viewed: 0, mostBusy: 3 });
    expect(watcher.sent.at(-1)).toBe(75);
  });

  test("sends only the parts that are missing when it goes on", async () => {
    const server = aServer({ here: [1, 3] });
    const { done, watcher } = upload(server, { resumeId: "upl_1" });
    await done;
    expect(server.calls.sent.toSorted()).toEqual([2, 4]);
    expect(server.calls.started).toBe(0);
    expect(watcher.sent[0]).toBe(20);
  });

  test("starts anew when the server has forgotten the upload", async () => {
    const server = aServer();
    const { done, watcher } = upload(server, { resumeId: "upl_0" });
    await done;
    expect(watcher.started).toEqual(["upl_1"]);
    expect(server.calls.sent.toSorted()).toEqual([1, 2, 3, 4]);
  });

  test("sends a part again after a broken connection, and never shows less than before", async () => {
    const server = aServer({
      fail: (n, attempt) => {
        if (n === 2 && attempt < 4) throw unreachable();
      },
    });
    const { done, watcher } = upload(server);
    await done;
    expect(watcher.trouble).toEqual(["unreachable", "unreachable", "unreachable"]);
    expect(server.calls.sent.toSorted()).toEqual([1, 2, 3, 4]);
    expect(watcher.sent).toEqual(watcher.sent.toSorted((a, b) => a - b));
    expect(watcher.sent.at(-1)).toBe(35);
  });

  test("sends again what the server misses at the end", async () => {
    const server = aServer({ here: [1, 2, 3] });
    let completed = 0;
    const complete: UploadApi["complete"] = async (id, signal) => {
      completed += 1;
      if (completed === 1) throw new ApiProblem("parts_missing", "A part is missing.", 409);
      return server.api.complete(id, signal);
    };
    const { done } = upload({ ...server, api: { ...server.api, complete } });
    await done;
    expect(server.calls.sent).toHaveLength(5);
    expect(server.calls.sent.at(-1)).toBe(4);
  });

  test("ends at once when a part is refused for good", async () => {
    const server = aServer({
      fail: (n) => {
        if (n === 1) throw new ApiProblem("too_large", "The part is too large.", 413);
      },
    });
    const { done } = upload(server, { size: 200 });
    await expect(done).rejects.toThrow("The part is too large.");
    expect(server.calls.sent.length).toBeLessThan(10);
  });

  test("ends when it is cancelled in the middle of a bad connection", async () => {
    const server = aServer({
      fail: (n) => {
        if (n === 4) {
          running.abort();
          throw unreachable();
        }
      },
    });
    const running = upload(server);
    await expect(running.done).rejects.toThrow("aborted");
  });
});

describe("uploadFile straight to the file store", () => {
  const PART = 8 * 1024 * 1024;
  const SIZE = 2 * PART + 5;
  const direct = (parts: readonly number[]): UploadView => ({
    ...anUpload(SIZE, parts),
    method: "blob",
    pathname: "uploads/1/000001",
  });

  /** A file store that takes parts; `here` says what the application sees of it. */
  function aDirectServer({
    endings = ["ended"],
    here = false,
    sentBefore = [],
  }: {
    endings?: readonly ("ended" | "lost" | "refused")[];
    here?: boolean;
    sentBefore?: readonly number[];
  } = {}) {
    const server = aServer();
    const seen = { opened: 0, sent: [] as number[], ended: 0 };
    let before = sentBefore;
    let isHere = here;
    const api: UploadApi = {
      ...server.api,
      start: async () => direct(isHere ? [1] : []),
      view: async () => direct(isHere ? [1] : []),
      putPart: () => Promise.reject(new Error("Nothing goes through the application.")),
      async openDirect() {
        seen.opened += 1;
        return {
          sent: before,
          abandon: () => {
            before = [];
          },
          async putPart({ n, bytes, onSent }) {
            onSent(bytes.byteLength);
            seen.sent.push(n);
          },
          async end() {
            const ending = endings[seen.ended] ?? "refused";
            seen.ended += 1;
            if (ending !== "refused") isHere = true;
            if (ending === "lost") throw unreachable();
            if (ending === "refused") throw new ApiProblem("upload_refused", "There is no such upload.", 403);
          },
        };
      },
    };
    return { ...server, api, seen };
  }

  test("sends every part there and none through the application", async () => {
    const server = aDirectServer();
    const { done, watcher } = upload(server, { size: SIZE });
    expect(await done).toMatchObject({ fileId: "file_1" });
    expect(server.seen).toEqual({ opened: 1, sent: [1, 2, 3], ended: 1 });
    expect(watcher.sent.at(-1)).toBe(SIZE);
  });

  test("sends nothing again that arrived before a reload", async () => {
    const server = aDirectServer({ here: true });
    const { done, watcher } = upload(server, { size: SIZE, resumeId: "upl_1" });
    await done;
    expect(server.seen).toEqual({ opened: 0, sent: [], ended: 0 });
    expect(watcher.sent).toEqual([SIZE]);
  });

  test("believes the application when the answer to the end was lost", async () => {
    const server = aDirectServer({ endings: ["lost", "refused"] });
    const { done } = upload(server, { size: SIZE });
    expect(await done).toMatchObject({ fileId: "file_1" });
    expect(server.seen).toEqual({ opened: 1, sent: [1, 2, 3], ended: 2 });
  });

  test("sends only what did not arrive before a reload", async () => {
    const server = aDirectServer({ sentBefore: [1, 3] });
    const { done, watcher } = upload(server, { size: SIZE, resumeId: "upl_1" });
    await done;
    expect(server.seen).toEqual({ opened: 1, sent: [2], ended: 1 });
    expect(watcher.sent[0]).toBe(PART + 5);
  });

  test("begins again when the file store has forgotten what arrived before", async () => {
    const server = aDirectServer({ sentBefore: [1, 3], endings: ["refused", "ended"] });
    await upload(server, { size: SIZE, resumeId: "upl_1" }).done;
    expect(server.seen).toEqual({ opened: 2, sent: [2, 1, 2, 3], ended: 2 });
  });

  test("ends when the file store refuses the file", async () => {
    const server = aDirectServer({ endings: ["refused"] });
    await expect(upload(server, { size: SIZE }).done).rejects.toMatchObject({ code: "upload_refused" });
  });
});
