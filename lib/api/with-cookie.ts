/** A reply that sets a cookie. */
export const withCookie = (value: unknown, setCookie: string): Response =>
  Response.json(value, { headers: { "cache-control": "private, no-store", "set-cookie": setCookie } });
