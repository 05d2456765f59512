import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { DataDirLockedError, lockDataDir } from "@/lib/server/data-dir";

function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "data-dir-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, "data");
}

/** Another process that holds the folder's lock until it is killed. */
async function aHolder(folder: string) {
  const file = JSON.stringify(path.join(folder, "lock.sqlite"));
  const program = `
    const lock = new (require("node:sqlite").DatabaseSync)(${file});
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    console.log("locked");
    setInterval(() => lock, 1_000);`;
  const holder = spawn(process.execPath, ["--eval", program]);
  onTestFinished(() => void holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  return holder;
}

describe("lockDataDir", () => {
  test("makes the folder, and takes it for one", () => {
    const folder = aFolder();
    const lock = lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirLockedError);
    expect(() => lockDataDir(folder)).toThrow(`Another Longhaul server is using "${folder}".`);
    lock.release();
    lockDataDir(folder).release();
  });

  test("is free as soon as the process that had it was killed", async () => {
    const folder = aFolder();
    lockDataDir(folder).release();
    const holder = await aHolder(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirLockedError);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    lockDataDir(folder).release();
  });
});
