import { put } from "@vercel/blob/client";
import { beforeEach, describe, expect, test } from "vitest";
import { createBlobDirectStore, readCallback } from "@/lib/files/blob-direct-store";
import { createBlobFileStore } from "@/lib/files/blob-file-store";
import { createUploads } from "@/lib/files/uploads";
import { createUserFiles } from "@/lib/files/user-files";
import { createIds } from "@/lib/id";
import { DAY_MS, someRecords, textOf } from "@/tests/files/desk";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN, type createBlobService } from "@/tests/support/blob-service";

const network = useBlobNetwork();
const CALLBACK_URL = "https://app.test/api/callbacks/blob";
const TEXT = "0123456789";

let now: number;
let service: ReturnType<typeof createBlobService>;
let told: Request[];
beforeEach(() => {
  now = 4_102_444_800_000;
  told = [];
  service = network.reset({ clock: () => now, notify: (url, init) => void told.push(new Request(url, init)) });
});

/** Uploads over a store to which browsers write themselves. */
function aDesk() {
  const clock = () => now;
  const wait = async () => {};
  const files = createBlobFileStore({ token: BLOB_TOKEN, wait });
  const direct = createBlobDirectStore({ token: BLOB_TOKEN, callbackUrl: CALLBACK_URL, wait });
  const records = someRecords(clock);
  const uploads = createUploads({ files, direct, records, clock, ids: createIds(clock), maxUploadBytes: 1_000 });
  const userFiles = createUserFiles({ files, records, uploads, clock, isKept: async () => false });
  return {
    direct,
    uploads,
    userFiles,
    start: (size = TEXT.length) => uploads.start("ada", { name: "a.csv", size, type: "text/csv", method: "blob" }),
    /** What the service's call makes of the upload, as the route does it. */
    async takeCallback(request: Request) {
      const body = await direct.verifyCallback(request);
      const upload = body === null ? null : readCallback(body);
      return upload && uploads.confirm(upload);
    },
    async sweep() {
      for (const record of await records.due(now, 100)) await userFiles.expire(record);
    },
  };
}

type Desk = ReturnType<typeof aDesk>;
type Started = Awaited<ReturnType<Desk["start"]>>;

function pathOf(upload: Started): string {
  if (upload.method !== "blob") throw new Error("It is not sent to the store.");
  return upload.pathname;
}

/** Sends a text to the store, as a browser with a token does. */
async function send(
  desk: Desk,
  upload: Started,
  text: string,
  { path = pathOf(upload), type = "application/octet-stream" } = {},
) {
  const token = await desk.uploads.authorise("ada", upload.uploadId);
  return put(path, text, { access: "private", token, contentType: type });
}

const lastCallback = () => told.at(-1) ?? new Request(CALLBACK_URL);

describe("uploads that go straight to Vercel Blob", () => {
  test("begin with a place for the whole file", async () => {
    const upload = await aDesk().start();
    const id = upload.uploadId.replace("upl_", "");
    expect(upload).toEqual({
      uploadId: `upl_${id}`,
      method: "blob",
      pathname: `uploads/${id}/000001`,
      partSize: 10,
      name: "a.csv",
      size: 10,
      parts: [],
    });
  });

  test("become a file with the store's mark of its content in place of a checksum", async () => {
    const desk = aDesk();
    const upload = await desk.start();
    const { etag } = await send(desk, upload, TEXT);
    expect((await desk.uploads.view("ada", upload.uploadId)).parts).toEqual([1]);

    const fileId = upload.uploadId.replace("upl", "file");
    const file = await desk.uploads.complete("ada", upload.uploadId);
    expect(file).toEqual({ fileId, name: "a.csv", size: 10, sha256: null, etag });
    expect(await textOf(desk.userFiles.read("ada", fileId, { start: 2, end: 5 }))).toBe("234");
    expect(await desk.uploads.view("ada", upload.uploadId)).toEqual({ ...upload, parts: [1] });
  });

  test("are the same file for the browser and the store, in either order and at once", async () => {
    const desk = aDesk();
    const [first, second, third] = [await desk.start(), await desk.start(), await desk.start()];
    for (const upload of [first, second, third]) await send(desk, upload, TEXT);
    const [of1, of2, of3] = told.map((request) => () => desk.takeCallback(request.clone() as Request));

    const file1 = await desk.uploads.complete("ada", first.uploadId);
    expect(await of1?.()).toBe("completed");
    expect(await of2?.()).toBe("completed");
    expect(await of2?.()).toBe("completed");
    const file2 = await desk.uploads.complete("ada", second.uploadId);
    const [file3] = await Promise.all([desk.uploads.complete("ada", third.uploadId), of3?.()]);
    const again = await Promise.all(
      [first, second, third].map(({ uploadId }) => desk.uploads.complete("ada", uploadId)),
    );
    expect(again).toEqual([file1, file2, file3]);
  });

  test("are not completed before anything has arrived", async () => {
    const desk = aDesk();
    const { uploadId } = await desk.start();
    const missing = { code: "parts_missing", details: { missing: [1] } };
    await expect(desk.uploads.complete("ada", uploadId)).rejects.toMatchObject(missing);
  });

  test("refuse another size than was announced, and take the right one afterwards", async () => {
    const desk = aDesk();
    const upload = await desk.start();
    await expect(send(desk, upload, `${TEXT}!`)).rejects.toThrow("the file length cannot be greater than 10");
    await send(desk, upload, "short");
    const refused = desk.uploads.complete("ada", upload.uploadId);
    await expect(refused).rejects.toMatchObject({
      code: "invalid_request",
      message: "5 bytes arrived, but 10 were announced.",
    });
    expect([...service.blobs.keys()]).toEqual([]);
    expect(await desk.takeCallback(lastCallback())).toBe("refused");

    await send(desk, upload, TEXT);
    expect(await desk.uploads.complete("ada", upload.uploadId)).toMatchObject({ size: 10 });
  });

  test("let nothing be written but this file, once, and of the one type", async () => {
    const desk = aDesk();
    const [upload, other] = [await desk.start(), await desk.start()];
    await expect(send(desk, upload, TEXT, { path: pathOf(other) })).rejects.toThrow("Pathname mismatch");
    await expect(send(desk, upload, TEXT, { type: "text/html" })).rejects.toThrow("Content type mismatch");
    await send(desk, upload, TEXT);
    await expect(send(desk, upload, "9876543210")).rejects.toThrow("already exists");
  });

  test("are another owner's for nobody", async () => {
    const desk = aDesk();
    const upload = await desk.start();
    await send(desk, upload, TEXT);
    for (const attempt of [
      desk.uploads.authorise("eve", upload.uploadId),
      desk.uploads.view("eve", upload.uploadId),
      desk.uploads.complete("eve", upload.uploadId),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("believe only what the store has signed", async () => {
    const desk = aDesk();
    const upload = await desk.start();
    await send(desk, upload, TEXT);
    const body = await lastCallback().clone().text();
    const signature = lastCallback().headers.get("x-vercel-signature") ?? "";
    const said = (text: string, by: string | null) =>
      desk.direct.verifyCallback(
        new Request(CALLBACK_URL, {
          method: "POST",
          body: text,
          headers: by === null ? {} : { "x-vercel-signature": by },
        }),
      );
    expect(await said(body, signature)).toBe(body);
    expect(await said(body, null)).toBeNull();
    expect(await said(body, `${signature.slice(0, -1)}${signature.endsWith("0") ? "1" : "0"}`)).toBeNull();
    expect(await said(body, "abc")).toBeNull();
    expect(await said(body.replace('\\"ada\\"', '\\"eve\\"'), signature)).toBeNull();
    expect(await said("{}", signature)).toBeNull();
    expect(await said("no JSON", signature)).toBeNull();
  });

  test("have no use for a message about another blob than the upload's", () => {
    const about = (pathname: string, tokenPayload: string) =>
      readCallback(JSON.stringify({ type: "blob.upload-completed", payload: { blob: { pathname }, tokenPayload } }));
    const ours = JSON.stringify({ owner: "ada", uploadId: "upl_1" });
    expect(about("uploads/1/000001", ours)).toEqual({ owner: "ada", uploadId: "upl_1" });
    expect(about("uploads/2/000001", ours)).toBeNull();
    expect(about("uploads/1/000001", "nonsense")).toBeNull();
  });

  test("end after a day with what was sent, and leave nothing that comes later", async () => {
    const desk = aDesk();
    const [sent, late] = [await desk.start(), await desk.start()];
    await send(desk, sent, TEXT);
    const token = await desk.uploads.authorise("ada", late.uploadId);
    now += DAY_MS;
    await desk.sweep();
    expect([...service.blobs.keys()]).toEqual([]);

    await put(pathOf(late), TEXT, { access: "private", token, contentType: "application/octet-stream" });
    expect(await desk.takeCallback(lastCallback())).toBe("refused");
    expect([...service.blobs.keys()]).toEqual([]);
    now += 1;
    const tooLate = put(pathOf(late), TEXT, { access: "private", token, contentType: "application/octet-stream" });
    await expect(tooLate).rejects.toThrow("token has expired");
  });

  test("take no parts through here, and none is sent straight where it was begun in parts", async () => {
    const desk = aDesk();
    const { uploadId } = await desk.start();
    const put1 = desk.uploads.putPart("ada", uploadId, 1, Buffer.from(TEXT));
    await expect(put1).rejects.toMatchObject({ code: "not_possible" });
    const parts = await desk.uploads.start("ada", { name: "a.csv", size: 10, type: "text/csv" });
    expect(parts).toMatchObject({ method: "parts" });
    await expect(desk.uploads.authorise("ada", parts.uploadId)).rejects.toMatchObject({ code: "not_possible" });
  });

  test("are sent in parts where the store takes nothing from browsers", async () => {
    const desk = aDesk();
    const clock = () => now;
    const files = createBlobFileStore({ token: BLOB_TOKEN, wait: async () => {} });
    const uploads = createUploads({
      files,
      records: someRecords(clock),
      clock,
      ids: createIds(clock),
      maxUploadBytes: 99,
    });
    const wanted = { name: "a.csv", size: 10, type: "text/csv", method: "blob" } as const;
    expect(await uploads.start("ada", wanted)).toMatchObject({ method: "parts" });
    expect(await desk.uploads.start("ada", wanted)).toMatchObject({ method: "blob" });
  });

  test("are deleted with the file", async () => {
    const desk = aDesk();
    const upload = await desk.start();
    await send(desk, upload, TEXT);
    await desk.uploads.complete("ada", upload.uploadId);
    now += DAY_MS;
    await desk.sweep();
    expect([...service.blobs.keys()]).toEqual([]);
  });
});
