/** A request as it arrives behind a proxy. */
export const aRequestFrom = (forwardedFor: string | null, headers: Readonly<Record<string, string>> = {}) =>
  new Request("http://localhost:3000/", {
    headers: { ...headers, ...(forwardedFor === null ? {} : { "x-forwarded-for": forwardedFor }) },
  });
