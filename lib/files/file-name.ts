import { AppError } from "@/lib/errors";

/** Controls, invisible marks and those that turn the direction of writing: they make a name look like another one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const MAX_LENGTH = 255;

/**
 * A file's name as it may be kept and shown: without folders and without letters that nobody sees.
 *
 * @throws AppError `invalid_request` if nothing is left of it
 */
export function cleanFileName(given: string): string {
  const visible = given.toWellFormed().normalize("NFC").replace(UNSEEN, "");
  const name = visible.split(/[/\\]/).at(-1)?.trim().slice(0, MAX_LENGTH) ?? "";
  if (name === "" || name === "." || name === "..") throw new AppError("invalid_request", "The file needs a name.");
  return name.toWellFormed();
}
