import type { z } from "zod";

/**
 * What this browser remembers under `key`, or null. A browser that forbids storage, or holds what an older
 * version wrote, remembers nothing: the pages only lose a comfort by it.
 */
export function readStored<Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(key) ?? "null"));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Remembers `value`, or forgets it when it is null. @returns whether the browser allowed it */
export function writeStored(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
