import { WalkCursor } from "@/lib/core/job-walk";

/** A place on the way through many jobs, as a client hands it back. */
export const textOfCursor = (cursor: WalkCursor | null): string | null =>
  cursor && Buffer.from(JSON.stringify(cursor)).toString("base64url");

/** Reads a cursor that a page has answered. Anything else begins at the top, as with any list. */
export function parseWalkCursor(text: string | undefined): WalkCursor | null {
  if (text === undefined) return null;
  try {
    return WalkCursor.safeParse(JSON.parse(Buffer.from(text, "base64url").toString())).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
