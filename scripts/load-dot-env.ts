import { existsSync } from "node:fs";

/** Reads `.env.local` and `.env` as Next will, but early enough for PORT. What is set already wins. */
export function loadDotEnv(): void {
  for (const file of [".env.local", ".env"]) if (existsSync(file)) process.loadEnvFile(file);
}
