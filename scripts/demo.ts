import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { JobView } from "@/lib/contracts/jobs";
import { type ApiClient, createApiClient } from "@/scripts/api-client";
import { readArguments } from "@/scripts/arguments";
import { buildIfNeeded } from "@/scripts/build-if-needed";
import { freePort, isFree } from "@/scripts/free-port";
import { type Imported, importFile } from "@/scripts/import-file";
import { type SampleStatement, writeSample } from "@/scripts/sample-statement";
import { type ServerProcess, startServer } from "@/scripts/server-process";
import { createTerminalProgress } from "@/scripts/terminal-progress";

// npm run demo: a statement of many rows, imported by the real server through its public API, before your eyes.

const ROWS = 200_000;
/** The share of the bar that is the upload. */
const UPLOAD_SHARE = 0.1;
const EVERY_MS = 250;

const number = new Intl.NumberFormat("en");
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

async function demo(): Promise<void> {
  const { rows, has } = readArguments(ROWS, ["exit"]);
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-demo-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

  buildIfNeeded();
  const sample = writeSample(path.join(folder, "statement.csv"), rows);
  console.log(`Made a statement of ${number.format(rows)} rows (${megabytes(sample.bytes)}).`);

  const wanted = Number(process.env.PORT || "3000");
  const port = (await isFree(wanted)) ? wanted : await freePort();
  const server = await startServer({ DATA_DIR: process.env.DATA_DIR || path.join(folder, "data") }, port);
  console.log(`The server runs at ${server.url}.`);
  try {
    await Promise.race([show(server, sample, has("exit")), untilStopped(server)]);
  } finally {
    await server.stop();
  }
}

async function show(server: ServerProcess, sample: SampleStatement, endsAtOnce: boolean): Promise<void> {
  const client = createApiClient(server.url);
  const imported = await importWithBar(client, sample);
  tell(imported, sample);
  if (endsAtOnce) return;
  console.log(`\nSee it in your browser: ${await client.signInLink(`/jobs/${imported.job.id}`)}`);
  console.log("Ctrl-C ends the demo.");
  await server.ended;
}

async function importWithBar(client: ApiClient, sample: SampleStatement): Promise<Imported> {
  const bar = createTerminalProgress(process.stdout);
  const begun = performance.now();
  try {
    return await importFile(client, sample.file, {
      everyMs: EVERY_MS,
      onUpload: (bytes, total) => {
        const rate = bytes / ((performance.now() - begun) / 1000);
        const detail = `${megabytes(bytes)} of ${megabytes(total)}, ${megabytes(rate)}/s`;
        bar.show({ label: "Uploading", share: (bytes / total) * UPLOAD_SHARE, detail });
      },
      onView: (job) =>
        bar.show({
          label: job.stages.find((stage) => stage.name === job.stage)?.label ?? job.state,
          share: UPLOAD_SHARE + (job.progress.percent / 100) * (1 - UPLOAD_SHARE),
          detail: detailOf(job),
        }),
    });
  } finally {
    bar.end();
  }
}

function detailOf(job: JobView): string {
  const rows = (job.datasets.transactions ?? 0) + (job.datasets.rejected ?? 0);
  const ran = (job.updatedAt - (job.startedAt ?? job.updatedAt)) / 1000;
  const rate = ran > 0 ? `, ${number.format(Math.round(rows / ran))} rows/s` : "";
  const left = job.progress.etaMs === null || job.state !== "running" ? "" : `, ${seconds(job.progress.etaMs)} left`;
  return `${number.format(rows)} rows${rate}${left}`;
}

function tell({ job, summary, uploadMs, importMs }: Imported, sample: SampleStatement): void {
  const { rows, imported, duplicates, rejected, income, expenses, savings, net, currency } = summary;
  const counted = [`${number.format(imported)} imported`, `${duplicates} duplicates`, `${rejected} rejected`];
  console.log(`\n${number.format(rows)} rows: ${counted.join(", ")}.`);
  console.log(
    `Income ${income}, expenses ${expenses}, savings ${savings}, net ${net}${currency ? ` ${currency}` : ""}.`,
  );
  const rate = number.format(Math.round(rows / (importMs / 1000)));
  console.log(`Uploaded in ${seconds(uploadMs)}, imported in ${seconds(importMs)}: ${rate} rows per second.`);
  console.log(
    `${job.slices} slice(s), attempt ${job.attempt}, ${job.commands} Redis commands (would have been billed).`,
  );
  const wrong = sample.differences(summary);
  if (wrong.length > 0) throw new Error(`The result is not the known answer:\n  ${wrong.join("\n  ")}`);
  console.log("The result equals the known answer of the generator.");
}

/** Resolves when the user asks us to end. @throws Error with the server's output if it ended by itself */
async function untilStopped(server: ServerProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(true));
  const isAsked = await Promise.race([promise, server.ended.then(() => false)]);
  if (!isAsked) throw new Error(`The server ended by itself:\n${server.output()}`);
}

demo().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
