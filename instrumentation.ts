/** Runs once, before the first request: a server that cannot work should say so at its start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startServer } = await import("@/lib/server");
  await startServer();
}
