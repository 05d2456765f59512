import { Client } from "@upstash/qstash";

interface Options {
  readonly url: string;
  readonly token: string;
}

/** The vendor's client without what it does unasked: no development server, no reports, each request is sent once. */
export function createQstashClient({ url, token }: Options): Client {
  return new Client({ baseUrl: url, token, devMode: false, enableTelemetry: false, retry: false });
}

/** The header that lets a machine through the protection of a preview deployment. */
export const BYPASS_HEADER = "x-vercel-protection-bypass";
