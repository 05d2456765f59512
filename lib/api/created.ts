/** Something new, with 201. */
export const created = (value: unknown): Response =>
  Response.json(value, { status: 201, headers: { "cache-control": "private, no-store" } });
