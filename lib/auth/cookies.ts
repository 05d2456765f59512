/** Every value that a request brings for a cookie: a page on a neighbouring subdomain can add one of the same name. */
export const cookiesNamed = (name: string, { headers }: Request): string[] =>
  (headers.get("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));

/** Keeps a cookie from scripts, and on https from plain connections. */
export function cookieAttributes(
  appUrl: string | null,
  { lifeMs, sameSite }: { readonly lifeMs: number; readonly sameSite: "Lax" | "Strict" },
): string {
  const secure = appUrl?.startsWith("https:") ? "; Secure" : "";
  return `; Path=/; Max-Age=${Math.floor(lifeMs / 1_000)}; HttpOnly; SameSite=${sameSite}${secure}`;
}
