import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Where Chromium is: `CHROMIUM`, or the usual place. Null if there is none. */
export const chromiumPath =
  [process.env.CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path)) ?? null;

/** Starts a Chromium that talks to nobody but us. */
export const launchChromium = () =>
  chromium.launch({
    executablePath: chromiumPath ?? "",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
