/**
 * Lets go of a body that nobody is going to read: that of a HEAD, or of a caller who has left. Next drops it as it
 * is, and the file open behind it would stay open until the garbage is collected.
 */
export async function withoutUnreadBody(response: Response, { method, signal }: Request): Promise<Response> {
  if (response.body === null || (method !== "HEAD" && !signal.aborted)) return response;
  await response.body.cancel();
  return new Response(null, response);
}
