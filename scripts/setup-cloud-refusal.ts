/** What a person can do about an error of QStash's client. */
export function explainRefusal(error: unknown, url: string): string {
  if (!(error instanceof Error)) return `QStash could not be asked: ${error}`;
  const status = "status" in error && typeof error.status === "number" ? error.status : null;
  if (status === null) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return `QStash could not be reached at ${url}: ${error.message}${cause}`;
  }
  if (status === 401 || status === 403 || status === 404) {
    const hint = "Copy it again from the Upstash console. A token is good in one region only: QSTASH_URL names it.";
    return `QStash refused QSTASH_TOKEN at ${url} (${status}). ${hint}`;
  }
  if (status === 429) return "QStash has had too many requests or messages of yours for now (429). Try again later.";
  return `QStash answered ${status}: ${error.message}`;
}
