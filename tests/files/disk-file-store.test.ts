import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { createDiskFileStore } from "@/lib/files/disk-file-store";
import { describeFileStore } from "@/tests/conformance/file-store";
import { temporaryFolder } from "@/tests/support/temporary-folder";

describeFileStore("The disk", async () => createDiskFileStore({ directory: temporaryFolder() }));

test("removes what a killed process left unfinished long ago, and nothing that may still be written", async () => {
  const directory = temporaryFolder();
  for (const name of ["w-old", "w-fresh"]) {
    await mkdir(path.join(directory, "unfinished", name), { recursive: true });
    await writeFile(path.join(directory, "unfinished", name, "1"), "half");
  }
  await utimes(path.join(directory, "unfinished", "w-old"), 1_000, 1_000);

  const files = createDiskFileStore({ directory });
  await files.write("a/file", Buffer.from("whole"));
  const left = await readdir(path.join(directory, "unfinished"));
  expect(left).toHaveLength(2);
  expect(left).toContain("w-fresh");
  expect(await files.list("a/")).toEqual([{ name: "a/file", size: 5 }]);
});

test.each(["ENOSPC", "EDQUOT"])("says by a code of its own that there is no room left (%s)", async (code) => {
  const files = createDiskFileStore({ directory: temporaryFolder() });
  async function* untilFull() {
    yield Buffer.from("half");
    throw Object.assign(new Error(`${code}: no room`), { code });
  }
  await expect(files.write("a/file", untilFull())).rejects.toMatchObject({ name: "AppError", code: "storage_full" });
  expect(await files.size("a/file")).toBeNull();
});

test("leaves nothing behind in the workshop when a write fails", async () => {
  const directory = temporaryFolder();
  const files = createDiskFileStore({ directory });
  await files.write("a/file", Buffer.from("a file where a folder is wanted"));
  await expect(files.write("a/file/below", Buffer.from("x"))).rejects.toThrow();
  const left = await readdir(path.join(directory, "unfinished"), { recursive: true });
  expect(left).toHaveLength(1);
});

test("leaves nothing behind in the workshop when it copies a file over a copy of it", async () => {
  const directory = temporaryFolder();
  const files = createDiskFileStore({ directory });
  await files.write("a/file", Buffer.from("whole"));
  for (let round = 0; round < 2; round += 1) await files.copy("a/file", "b/copy");
  const [workshop = ""] = await readdir(path.join(directory, "unfinished"));
  expect(await readdir(path.join(directory, "unfinished", workshop))).toEqual([]);
});
