import { globSync, readFileSync } from "node:fs";

/** The child of a process: the Next server that our start script launched. Linux only. */
export function childOf(pid: number): number {
  const children = globSync("/proc/[0-9]*/status").filter((file) =>
    new RegExp(`^PPid:\\s+${pid}$`, "m").test(textOf(file)),
  );
  const child = children[0];
  if (!child) throw new Error(`Process ${pid} has no child.`);
  return Number(child.split("/")[2]);
}

/** Resident memory now, and the most it ever was, in bytes. Linux only. */
export function memoryOf(pid: number): { readonly resident: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { resident: bytes("VmRSS"), peak: bytes("VmHWM") };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // a process that ended while we looked
  }
}
