import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: [{ find: /^@\//, replacement: fileURLToPath(new URL("./", import.meta.url)) }] },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    exclude: ["tests/e2e/**"],
    // A thread loads its module without the aliases that vitest knows.
    env: { READER_THREADS: "1" },
    setupFiles: ["tests/support/unexpected-console.ts"],
    // A test is slow because the machine is busy far more often than because the code is wrong.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["lib/core/**"],
      reporter: ["text"],
      thresholds: { 100: true },
    },
  },
});
