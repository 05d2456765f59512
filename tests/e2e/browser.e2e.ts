import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { JobView } from "@/lib/contracts/jobs";
import { type SampleStatement, writeSample } from "@/scripts/sample-statement";
import { type ServerProcess, startServer } from "@/scripts/server-process";
import { chromiumPath, launchChromium } from "@/tests/e2e/chromium";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const folder = temporaryFolder();
/** Enough that an import still runs after a page was loaded anew, on a fast machine, too. */
const ROWS = 700_000;
/** Nothing here should take long, but the machine may be busy. */
const PATIENCE_MS = 60_000;

describe.skipIf(chromiumPath === null)("in a browser (needs chromium: set CHROMIUM, or install it)", () => {
  let server: ServerProcess;
  let browser: Awaited<ReturnType<typeof launchChromium>>;
  let sample: SampleStatement;

  beforeAll(async () => {
    sample = writeSample(path.join(folder.path, "statement.csv"), ROWS);
    server = await startServer({ DATA_DIR: path.join(folder.path, "data") });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder[Symbol.dispose]();
  });

  /** A browser of somebody else each time. `troubles` gathers whatever the page complains about. */
  async function visit(): Promise<{ readonly page: Page; readonly troubles: string[] }> {
    const context = await browser.newContext({ baseURL: server.url });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const troubles: string[] = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) troubles.push(message.text());
    });
    return { page, troubles };
  }

  async function startImport(page: Page): Promise<string> {
    await page.goto("/");
    await page.locator('input[type="file"]').setInputFiles(sample.file);
    await page.getByRole("region", { name: "First rows of the file" }).waitFor();
    await page.getByRole("button", { name: "Start import" }).click();
    await page.waitForURL(/\/jobs\/job_/);
    return new URL(page.url()).pathname.split("/").at(-1) ?? "";
  }

  const percentOf = async (page: Page) =>
    Number(await page.getByRole("progressbar", { name: "Progress" }).getAttribute("aria-valuenow"));
  const jobOf = async (page: Page, id: string): Promise<JobView> => (await page.request.get(`/api/jobs/${id}`)).json();

  test("imports a statement, keeps its progress over a reload, and shows what came out", async () => {
    const { page, troubles } = await visit();
    const id = await startImport(page);
    await expect.poll(() => percentOf(page), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(25);
    const before = await percentOf(page);
    await page.reload();
    await page.getByRole("progressbar", { name: "Progress" }).waitFor();
    expect(await percentOf(page)).toBeGreaterThanOrEqual(before);

    await page.getByText(/^Completed with [\d,]+ rejected rows$/).waitFor();
    expect(await jobOf(page, id)).toMatchObject({ state: "completed", attempt: 1, progress: { percent: 100 } });
    await page.getByText("Duplicates", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Rejected rows" }).waitFor();
    await page.getByText("31/02/2020").first().waitFor();
    expect(troubles).toEqual([]);
  });

  test("cancels an import", async () => {
    const { page, troubles } = await visit();
    const id = await startImport(page);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the job" }).click();
    await page.getByText("Cancelled", { exact: true }).first().waitFor();
    expect(await jobOf(page, id)).toMatchObject({ state: "cancelled" });
    expect(troubles).toEqual([]);
  });

  test("shows nobody the job of somebody else", async () => {
    const owner = await visit();
    const id = await startImport(owner.page);
    const stranger = await visit();
    await stranger.page.goto(`/jobs/${id}`);
    await stranger.page.getByText("There is no such job").waitFor();
    expect((await stranger.page.request.get(`/api/jobs/${id}`)).status()).toBe(404);
  });

  test("works at the width of a phone without scrolling sideways", async () => {
    const { page, troubles } = await visit();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const address of ["/", "/jobs"]) {
      await page.goto(address);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(surplus, address).toBeLessThanOrEqual(0);
    }
    expect(troubles).toEqual([]);
  });
});
