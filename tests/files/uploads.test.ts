import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailableError } from "@/lib/core/ledger";
import type { RecordStore } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import { partFile, UPLOAD } from "@/lib/files/file-records";
import { aDesk, bytesOf, DAY_MS, HOUR_MS, textOf } from "@/tests/files/desk";

const TEXT = "0123456789abcdefghijKLMNO";
const PARTS = ["0123456789", "abcdefghij", "KLMNO"] as const;
const SHA256 = createHash("sha256").update(TEXT).digest("hex");

const failure = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof AppError)) throw new Error("It did not fail as it should", { cause: error });
  return { code: error.code, details: error.details };
};

describe("uploads", () => {
  let desk: Awaited<ReturnType<typeof aDesk>>;
  beforeEach(async () => {
    desk = await aDesk();
  });
  const start = (size = 25, name = "a.csv") => desk.uploads.start("ada", { name, size, type: "text/csv" });
  const put = (uploadId: string, n: number, text: string) => desk.uploads.putPart("ada", uploadId, n, bytesOf(text));

  test("begins with nothing here", async () => {
    const upload = await start();
    expect(upload).toEqual({
      uploadId: expect.stringMatching(/^upl_/),
      method: "parts",
      partSize: 10,
      name: "a.csv",
      size: 25,
      parts: [],
    });
    expect(await desk.uploads.view("ada", upload.uploadId)).toEqual(upload);
  });

  test("takes parts in any order and at once, and says which are here", async () => {
    const { uploadId } = await start();
    await put(uploadId, 3, PARTS[2]);
    expect((await desk.uploads.view("ada", uploadId)).parts).toEqual([3]);
    const answers = await Promise.all([put(uploadId, 2, PARTS[1]), put(uploadId, 1, PARTS[0])]);
    expect(answers).toEqual([
      { n: 2, size: 10 },
      { n: 1, size: 10 },
    ]);
    expect((await desk.uploads.view("ada", uploadId)).parts).toEqual([1, 2, 3]);
  });

  test("makes the file, and the same one again", async () => {
    const { uploadId } = await start();
    for (const [index, part] of PARTS.entries()) await put(uploadId, index + 1, part);
    const file = await desk.uploads.complete("ada", uploadId);
    expect(file).toEqual({ fileId: uploadId.replace("upl", "file"), name: "a.csv", size: 25, sha256: SHA256 });
    expect(await desk.uploads.complete("ada", uploadId)).toEqual(file);
    expect(await textOf(desk.userFiles.read("ada", file.fileId))).toBe(TEXT);
    expect((await desk.uploads.view("ada", uploadId)).parts).toEqual([1, 2, 3]);
  });

  test("makes one file when it is completed twice at once", async () => {
    const { uploadId } = await start();
    for (const [index, part] of PARTS.entries()) await put(uploadId, index + 1, part);
    const answers = await Promise.all([1, 2, 3].map(() => desk.uploads.complete("ada", uploadId)));
    expect(new Set(answers.map(({ fileId, sha256 }) => `${fileId} ${sha256}`)).size).toBe(1);
  });

  test("names the parts that are missing", async () => {
    const { uploadId } = await start();
    await put(uploadId, 2, PARTS[1]);
    const expected = { code: "parts_missing", details: { missing: [1, 3] } };
    expect(await failure(desk.uploads.complete("ada", uploadId))).toEqual(expected);
    await put(uploadId, 1, PARTS[0]); // and goes on
  });

  test("takes the same part twice, one after the other and at once", async () => {
    const { uploadId } = await start();
    await Promise.all([put(uploadId, 1, PARTS[0]), put(uploadId, 1, PARTS[0])]);
    await put(uploadId, 1, PARTS[0]);
    expect((await desk.uploads.view("ada", uploadId)).parts).toEqual([1]);
    expect(await desk.stored()).toEqual([10]);
  });

  test("keeps two uploads at once apart", async () => {
    const [one, two] = await Promise.all([start(3), start(3)]);
    await Promise.all([put(one.uploadId, 1, "one"), put(two.uploadId, 1, "two")]);
    const files = await Promise.all([one, two].map(({ uploadId }) => desk.uploads.complete("ada", uploadId)));
    const texts = await Promise.all(files.map(({ fileId }) => textOf(desk.userFiles.read("ada", fileId))));
    expect(texts).toEqual(["one", "two"]);
  });

  test.each([
    ["a byte too many", 1, "0123456789!", "too_large"],
    ["a byte too few", 1, "012345678", "invalid_request"],
    ["a last part that is longer than the rest", 3, "KLMNOP", "too_large"],
    ["part 0", 0, "x", "invalid_request"],
    ["a part after the last", 4, "x", "invalid_request"],
  ])("refuses %s, and keeps nothing of it", async (_, n, text, code) => {
    const { uploadId } = await start();
    expect(await failure(put(uploadId, n, text))).toMatchObject({ code });
    expect(await desk.stored()).toEqual([]);
  });

  test("refuses an empty file and one that is too large", async () => {
    expect(await failure(start(0))).toEqual({ code: "file_empty", details: {} });
    expect(await failure(start(1_001))).toEqual({ code: "too_large", details: { maxBytes: 1_000 } });
  });

  test.each([
    ["my\u0000 state\u202Ement.csv\n", "my statement.csv"],
    ["../../etc/passwd", "passwd"],
    ["C:\\fake path\\März.csv", "März.csv"],
  ])("cleans the name %j", async (given, name) => {
    expect((await start(3, given)).name).toBe(name);
  });

  test("refuses a name of which nothing is left", async () => {
    expect(await failure(start(3, "\u0007/.."))).toMatchObject({ code: "invalid_request" });
  });

  test("does not find another owner's upload", async () => {
    const { uploadId } = await start(3);
    await put(uploadId, 1, "abc");
    const calls = [
      desk.uploads.view("eve", uploadId),
      desk.uploads.putPart("eve", uploadId, 1, bytesOf("abc")),
      desk.uploads.complete("eve", uploadId),
    ];
    for (const call of calls) expect(await failure(call)).toMatchObject({ code: "not_found" });
  });

  test("changes nothing of a file when a part comes late again", async () => {
    const { uploadId, fileId } = await desk.upload("ada", "0123456789");
    expect(await put(uploadId, 1, "ABCDEFGHIJ")).toEqual({ n: 1, size: 10 });
    expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("0123456789");
  });

  test("changes nothing of a file when a part was on its way while it was completed", async () => {
    const { uploadId } = await start(3);
    await put(uploadId, 1, "abc");
    async function* slowly() {
      yield bytesOf("xy");
      await desk.uploads.complete("ada", uploadId);
      yield bytesOf("z");
    }
    expect(await failure(desk.uploads.putPart("ada", uploadId, 1, slowly()))).toMatchObject({ code: "not_possible" });
    const { fileId } = await desk.uploads.complete("ada", uploadId);
    expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("abc");
  });

  test("ends with its parts after a day", async () => {
    const { uploadId } = await start();
    await put(uploadId, 1, PARTS[0]);
    desk.pass(DAY_MS - 1);
    expect(await desk.sweep()).toEqual([]);
    desk.pass(1);
    expect(await desk.sweep()).toEqual(["upload"]);
    expect(await desk.stored()).toEqual([]);
    expect(await failure(desk.uploads.view("ada", uploadId))).toMatchObject({ code: "not_found" });
    expect(await failure(put(uploadId, 2, PARTS[1]))).toMatchObject({ code: "not_found" });
  });

  test("leaves no bytes behind when it ends while a part is written", async () => {
    const { uploadId } = await start(3);
    async function* slowly() {
      yield bytesOf("ab");
      desk.pass(DAY_MS);
      await desk.sweep();
      yield bytesOf("c");
    }
    expect(await failure(desk.uploads.putPart("ada", uploadId, 1, slowly()))).toMatchObject({ code: "not_found" });
    expect(await desk.stored()).toEqual([]);
  });

  test("keeps its parts when the store is away after one was written", async () => {
    const { uploadId } = await start();
    await put(uploadId, 1, PARTS[0]);
    const { get } = desk.records;
    let reads = 0;
    const getButOnce: RecordStore["get"] = async (kind, place) => {
      reads += 1;
      if (reads === 3) throw new StoreUnavailableError("away"); // before the part, at its end, and after it
      return get(kind, place);
    };
    desk.records.get = getButOnce;
    await expect(put(uploadId, 2, PARTS[1])).rejects.toThrow(StoreUnavailableError);
    desk.records.get = get;
    expect(await desk.uploads.view("ada", uploadId)).toMatchObject({ parts: [1, 2] });
  });

  test("looks once more an hour after it has ended, for a part that came late", async () => {
    const { uploadId } = await start();
    await put(uploadId, 1, PARTS[0]);
    desk.pass(DAY_MS);
    await desk.sweep();
    await desk.files.write(partFile(uploadId, 2), bytesOf(PARTS[1]));
    desk.pass(HOUR_MS);
    expect(await desk.sweep()).toEqual(["upload"]);
    expect(await desk.stored()).toEqual([]);
    expect(await desk.records.get(UPLOAD, { owner: "ada", id: uploadId })).toBeNull();
  });

  test("leaves the bytes to the file when the process died between the file and the end of the upload", async () => {
    const { uploadId } = await start(3);
    await put(uploadId, 1, "abc");
    const { delete: remove } = desk.records;
    desk.records.delete = async () => {
      throw new Error("killed");
    };
    await expect(desk.uploads.complete("ada", uploadId)).rejects.toThrow("killed");
    desk.records.delete = remove;
    desk.pass(2 * HOUR_MS);
    expect(await desk.sweep()).toEqual(["upload"]);
    const { fileId } = await desk.uploads.complete("ada", uploadId);
    expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("abc");
  });

  test("is either completed or ended when both come at once, and never half", async () => {
    const { uploadId } = await start(3);
    await put(uploadId, 1, "abc");
    desk.pass(DAY_MS);
    const [file] = await Promise.all([desk.uploads.complete("ada", uploadId).catch(() => null), desk.sweep()]);
    const text = file && (await textOf(desk.userFiles.read("ada", file.fileId)));
    expect([file ? "abc" : null, file ? [3] : []]).toEqual([text, await desk.stored()]);
  });
});
