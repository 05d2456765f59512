/**
 * Whether a browser sent this from another site's page. Scripts send no `Origin` and are fine; a browser's
 * must be the host that was asked, or the one the application is known by.
 */
export function isForeignOrigin(request: Request, appUrl: string | null): boolean {
  const given = request.headers.get("origin");
  if (given === null) return false;
  const origin = URL.parse(given); // "null", as sandboxed pages send it, is no URL
  if (!origin || !/^https?:$/.test(origin.protocol)) return true;
  const host = request.headers.get("host");
  const asked = host === null ? null : URL.parse(`${origin.protocol}//${host}`); // default ports are the same host
  const known = appUrl === null ? null : URL.parse(appUrl);
  return origin.host !== asked?.host && origin.host !== known?.host;
}
