/** Letters that mean the same on every file system, and whose order is the same everywhere. */
const SEGMENT = /^[\w.~=@+-]{1,200}$/;

/**
 * The name itself, if it cannot lead out of the store's folder.
 *
 * @throws RangeError
 */
export function assertName(name: string): string {
  const isSafe = name.split("/").every((segment) => SEGMENT.test(segment) && segment !== "." && segment !== "..");
  if (!isSafe) throw new RangeError(`Not a file name: ${JSON.stringify(name)}`);
  return name;
}

/**
 * The prefix itself, if it names a folder inside the store and not the store as a whole.
 *
 * @throws RangeError
 */
export function assertPrefix(prefix: string): string {
  if (!prefix.endsWith("/")) throw new RangeError(`Not a prefix: ${JSON.stringify(prefix)}`);
  return assertName(prefix.slice(0, -1));
}
