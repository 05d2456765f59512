/** Whether a condition (`If-None-Match`) names this tag, compared weakly as RFC 9110 says for reads. */
export function matchesTag(condition: string | null, tag: string): boolean {
  if (condition === null) return false;
  const tags = condition.split(",").map((each) => each.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(tag.replace(/^W\//, ""));
}
