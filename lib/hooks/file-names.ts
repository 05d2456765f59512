import { z } from "zod";
import { readStored, writeStored } from "@/lib/hooks/browser-storage";

const KEY = "longhaul.file-names";
const MOST = 100;

const FileNames = z.array(z.tuple([z.string(), z.string()]));

/** Remembers how a file was called here: a job only knows its id. */
export function rememberFileName(fileId: string, name: string): void {
  const others = (readStored(KEY, FileNames) ?? []).filter(([id]) => id !== fileId);
  writeStored(KEY, [[fileId, name], ...others].slice(0, MOST));
}

/** The names of the files that were uploaded from this browser, by id. */
export const rememberedFileNames = (): ReadonlyMap<string, string> => new Map(readStored(KEY, FileNames) ?? []);
