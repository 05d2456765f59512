import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectInspector } from "@/bench/inspector";
import { createApiClient } from "@/scripts/api-client";
import { readArguments } from "@/scripts/arguments";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { importFile } from "@/scripts/import-file";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";

// npm run bench:memory -- --rows 1000000: how much more memory is live during an import of many rows than
// during one of a fifth of them. What is garbage does not count; what an import keeps of each row does.

/** Behind this percentage nearly all is held that an import ever holds. */
const LATE_PERCENT = 60;
const EVERY_MS = 100;

async function bench(rows: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-bench-"));
  buildIfNeeded();
  // Our start script and Next both open an inspector; Next is the later one.
  const server = await startServer({ DATA_DIR: path.join(folder, "data"), NODE_OPTIONS: "--inspect=0" });
  try {
    const address = server
      .output()
      .match(/ws:\/\/\S+/g)
      ?.at(-1);
    if (!address) throw new Error("The server has not said where its inspector listens.");
    const inspector = await connectInspector(address);
    const client = createApiClient(server.url);

    const mostLive = async (count: number): Promise<number> => {
      const sample = writeSample(path.join(folder, `${count}.csv`), count);
      const readings: Promise<number>[] = [];
      await importFile(client, sample.file, {
        account: String(count),
        everyMs: EVERY_MS,
        onView: ({ state, progress }) => {
          if (state === "running" && progress.percent > LATE_PERCENT) readings.push(inspector.live());
        },
      });
      return Math.max(...(await Promise.all(readings)));
    };
    const [few, many] = [await mostLive(Math.round(rows / 5)), await mostLive(rows)];
    inspector.close();
    return { rows, liveMegabytes: many / 1e6, liveMegabytesAtAFifth: few / 1e6, growthMegabytes: (many - few) / 1e6 };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { rows } = readArguments(1_000_000, []);
const measured = await bench(rows);
for (const [name, value] of Object.entries(measured)) console.log(`${name.padEnd(24)} ${Math.round(value * 10) / 10}`);
