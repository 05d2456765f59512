import { z } from "zod";

const address = (missing: string) =>
  z.url({
    protocol: /^https?$/,
    error: ({ input }) => (input === undefined ? missing : "is no address: one begins with https://"),
  });

const Variables = z.object({
  APP_URL: address("is missing: set it to the address of the deployed application"),
  QSTASH_TOKEN: z.string({ error: "is missing: copy it from the QStash page of the Upstash console" }),
  QSTASH_URL: address("is missing").default("https://qstash.upstash.io"),
  VERCEL_AUTOMATION_BYPASS_SECRET: z.string().optional(),
});

export interface CloudSettings {
  /** Where the deployed application is reached. */
  readonly appUrl: string;
  readonly qstash: { readonly url: string; readonly token: string };
  readonly bypassSecret: string | undefined;
}

type Given = Readonly<Record<string, string | undefined>>;

/** What the setup needs to know; or, for each variable that is wrong or missing, a sentence that begins with its name. */
export function readCloudSettings(
  variables: Given,
): { readonly settings: CloudSettings } | { readonly problems: readonly string[] } {
  const given: Given = Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const onVercel = given.VERCEL_PROJECT_PRODUCTION_URL;
  const parsed = Variables.safeParse({ APP_URL: onVercel && `https://${onVercel}`, ...given });
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}.`) };
  }
  const { APP_URL: appUrl, QSTASH_URL: url, QSTASH_TOKEN: token } = parsed.data;
  if (isOnThisMachine(appUrl) && !isOnThisMachine(url)) {
    return { problems: [`APP_URL is ${appUrl}, which QStash cannot reach: set it to the deployed application's.`] };
  }
  const bypassSecret = parsed.data.VERCEL_AUTOMATION_BYPASS_SECRET;
  return { settings: { appUrl, qstash: { url: url.replace(/\/+$/, ""), token }, bypassSecret } };
}

const isOnThisMachine = (url: string) =>
  /^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0)$|\.localhost$/.test(new URL(url).hostname);
