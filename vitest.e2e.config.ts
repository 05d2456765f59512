import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Against the built app: `npm run build` first. One file at a time, for each starts a server of its own. */
export default defineConfig({
  resolve: { alias: [{ find: /^@\//, replacement: fileURLToPath(new URL("./", import.meta.url)) }] },
  test: {
    include: ["tests/e2e/**/*.e2e.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
