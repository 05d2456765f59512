import { beforeEach, describe, expect, test } from "vitest";
import type { RecordStore } from "@/lib/core/record-store";
import { FILE, FILE_USE, partFile } from "@/lib/files/file-records";
import { aDesk, bytesOf, DAY_MS, HOUR_MS, textOf } from "@/tests/files/desk";

const TEXT = "0123456789abcdefghijKLMNO";

describe("user files", () => {
  let desk: Awaited<ReturnType<typeof aDesk>>;
  beforeEach(async () => {
    desk = await aDesk();
  });
  const hold = (fileId: string, jobId: string, owner = "ada") => {
    desk.jobs.add(jobId);
    return desk.userFiles.hold(owner, [fileId], jobId);
  };
  const exists = (fileId: string) =>
    desk.userFiles.stat("ada", fileId).then(
      () => true,
      () => false,
    );

  test("reads any range, across the borders of parts", async () => {
    const { fileId } = await desk.upload("ada", TEXT);
    for (let start = 0; start <= TEXT.length; start += 1) {
      for (let end = start; end <= TEXT.length + 3; end += 1) {
        expect(await textOf(desk.userFiles.read("ada", fileId, { start, end }))).toBe(TEXT.slice(start, end));
      }
    }
  });

  test("stores a small file in one call", async () => {
    const file = await desk.userFiles.put("ada", "dir/b.csv", [bytesOf("one,"), bytesOf("two")]);
    expect(await desk.userFiles.stat("ada", file.fileId)).toEqual(file);
    expect(file).toMatchObject({ name: "b.csv", size: 7 });
    expect(await textOf(desk.userFiles.read("ada", file.fileId))).toBe("one,two");
  });

  test("refuses more than a part, and nothing at all, in one call", async () => {
    const large = desk.userFiles.put("ada", "b.csv", [new Uint8Array(4 * 1024 * 1024), bytesOf("!")]);
    await expect(large).rejects.toMatchObject({ code: "too_large" });
    await expect(desk.userFiles.put("ada", "b.csv", [])).rejects.toMatchObject({ code: "file_empty" });
    expect(await desk.stored()).toEqual([]);
  });

  test("does not find another owner's file, nor hold it", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await expect(desk.userFiles.stat("eve", fileId)).rejects.toMatchObject({ code: "not_found" });
    await expect(textOf(desk.userFiles.read("eve", fileId))).rejects.toMatchObject({ code: "not_found" });
    await expect(hold(fileId, "job_1", "eve")).rejects.toMatchObject({ code: "file_not_found", details: { fileId } });
    expect(await desk.records.get(FILE_USE, { owner: fileId, id: "job_1" })).toBeNull();
  });

  test("holds all files of a job, or none", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    const holding = desk.userFiles.hold("ada", [fileId, "file_none"], "job_1");
    await expect(holding).rejects.toMatchObject({ code: "file_not_found" });
    expect(await desk.records.get(FILE_USE, { owner: fileId, id: "job_1" })).toBeNull();
  });

  test("deletes a file that no job names after a day, with its bytes", async () => {
    const { fileId } = await desk.upload("ada", TEXT);
    desk.pass(DAY_MS);
    expect(await desk.sweep()).toEqual(["file"]);
    expect(await exists(fileId)).toBe(false);
    expect(await desk.stored()).toEqual([]);
  });

  test("keeps a file day by day while a job names it, and deletes it when the last one is gone", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await hold(fileId, "job_1");
    await hold(fileId, "job_2");
    desk.pass(DAY_MS);
    await desk.sweep();
    await desk.userFiles.release("ada", [fileId], "job_1");
    desk.pass(DAY_MS);
    await desk.sweep();
    expect(await exists(fileId)).toBe(true);

    await desk.userFiles.release("ada", [fileId], "job_2");
    expect(await exists(fileId)).toBe(true);
    desk.pass(DAY_MS);
    await desk.sweep();
    expect(await exists(fileId)).toBe(false);
  });

  test("drops the use of a job that no longer exists, but waits for one that is just being made", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    desk.pass(DAY_MS - 1);
    await desk.userFiles.hold("ada", [fileId], "job_unborn");
    desk.pass(1);
    await desk.sweep();
    expect(await exists(fileId)).toBe(true);
    desk.pass(DAY_MS);
    await desk.sweep();
    expect(await exists(fileId)).toBe(false);
    expect(await desk.records.get(FILE_USE, { owner: fileId, id: "job_unborn" })).toBeNull();
  });

  test("waits also for one that held the file long ago, and is just about to name it again", async () => {
    const { fileId } = await desk.upload("ada", TEXT);
    await hold(fileId, "sch_1");
    desk.pass(DAY_MS);
    desk.jobs.delete("sch_1"); // changed: it names another file
    await desk.userFiles.hold("ada", [fileId], "sch_1"); // and is being changed back
    await desk.sweep();
    desk.jobs.add("sch_1");
    expect(await exists(fileId)).toBe(true);
    desk.pass(DAY_MS);
    await desk.sweep();
    expect(await exists(fileId)).toBe(true);
  });

  test("deletes the input of a deleted job at once, unless another job names it", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await hold(fileId, "job_1");
    await hold(fileId, "job_2");
    await desk.userFiles.release("ada", [fileId], "job_1", { deleteUnused: true });
    expect(await exists(fileId)).toBe(true);
    await desk.userFiles.release("ada", [fileId], "job_2", { deleteUnused: true });
    expect(await exists(fileId)).toBe(false);
    expect(await desk.stored()).toEqual([]);
  });

  test("never loses a file that a job holds while it expires", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    desk.pass(DAY_MS);
    const [isHeld] = await Promise.all([
      hold(fileId, "job_1").then(
        () => true,
        () => false,
      ),
      desk.sweep(),
    ]);
    // Either may lose, even both; but whoever holds it has it.
    if (isHeld) expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("abc");
    await expect(hold("file_none", "job_2")).rejects.toMatchObject({ code: "file_not_found" });
  });

  /** As a retiring that died on its way, or is just looking who holds the file, leaves it. */
  async function mark(fileId: string) {
    const place = { owner: "ada", id: fileId };
    const file = await desk.records.get(FILE, place);
    if (!file) throw new Error("There is no file");
    const going = { value: { ...file.value, isGoing: true }, rev: file.rev, dueAt: 0, now: 0 };
    await desk.records.put(FILE, place, going);
  }

  test("goes on with a file that was marked when a sweep died", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await mark(fileId);
    expect(await desk.sweep()).toEqual(["file"]);
    expect([await exists(fileId), await desk.stored()]).toEqual([false, []]);
  });

  test("reads a file while somebody looks whether it can go", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await hold(fileId, "job_1");
    await mark(fileId);
    expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("abc");
    expect(await desk.userFiles.stat("ada", fileId)).toMatchObject({ fileId, size: 3 });
  });

  test("holds a file that somebody is about to delete, and he leaves it", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    const { list } = desk.records;
    const listAndHold: RecordStore["list"] = async (kind, page) => {
      const answer = await list(kind, page); // nobody holds it
      await hold(fileId, "job_2");
      return answer;
    };
    desk.records.list = listAndHold;
    await desk.userFiles.release("ada", [fileId], "job_1", { deleteUnused: true });
    desk.records.list = list;
    expect(await textOf(desk.userFiles.read("ada", fileId))).toBe("abc");
    expect(await desk.sweep()).toEqual([]);
  });

  test("looks once more an hour after a file was deleted, for a part and a use that came late", async () => {
    const { uploadId, fileId } = await desk.upload("ada", "abc");
    await desk.userFiles.release("ada", [fileId], "job_1", { deleteUnused: true });
    await expect(hold(fileId, "job_2")).rejects.toMatchObject({ code: "file_not_found" });
    await desk.files.write(partFile(uploadId, 1), bytesOf("abc"));
    const late = { owner: fileId, id: "job_3" };
    await desk.records.put(FILE_USE, late, { value: { heldAt: desk.now() }, rev: 0, dueAt: null, now: desk.now() });

    await desk.userFiles.release("ada", [fileId], "job_1", { deleteUnused: true });
    expect(await desk.stored()).toEqual([3]); // not before its time
    desk.pass(HOUR_MS);
    expect(await desk.sweep()).toEqual(["file"]);
    expect(await desk.stored()).toEqual([]);
    expect(await desk.records.get(FILE_USE, late)).toBeNull();
    expect(await desk.records.get(FILE, { owner: "ada", id: fileId })).toBeNull();
  });

  test("looks again for a use that is too young to be dropped", async () => {
    const { fileId } = await desk.upload("ada", "abc");
    await desk.userFiles.release("ada", [fileId], "job_1", { deleteUnused: true });
    desk.pass(HOUR_MS);
    const late = { owner: fileId, id: "job_2" };
    await desk.records.put(FILE_USE, late, { value: { heldAt: desk.now() }, rev: 0, dueAt: null, now: desk.now() });
    await desk.sweep();
    expect(await desk.records.get(FILE_USE, late)).not.toBeNull();
    desk.pass(HOUR_MS);
    await desk.sweep();
    expect(await desk.records.get(FILE_USE, late)).toBeNull();
    expect(await desk.records.get(FILE, { owner: "ada", id: fileId })).toBeNull();
  });

  test("leaves records of other kinds to others", async () => {
    expect(await desk.userFiles.expire({ kind: "token", owner: "ada", id: "t" })).toBe(false);
  });
});
