import { expect, test } from "vitest";
import { isForeignOrigin } from "@/lib/auth/origin";

const APP_URL = "https://jobs.example";
const isForeign = (headers: Record<string, string>, appUrl: string | null = APP_URL) =>
  isForeignOrigin(new Request("http://localhost:3000/api/jobs", { method: "POST", headers }), appUrl);

test.each([
  ["no origin at all", { host: "localhost:3000" }],
  ["the host that was asked", { host: "localhost:3000", origin: "http://localhost:3000" }],
  ["the host that was asked, with its default port", { host: "a.example:443", origin: "https://a.example" }],
  ["the application's own address behind a proxy", { host: "10.0.0.1:3000", origin: "https://jobs.example" }],
])("takes %s for its own", (_, headers) => {
  expect(isForeign(headers)).toBe(false);
});

test.each([
  ["another site", { host: "jobs.example", origin: "https://evil.example" }],
  ["another port", { host: "localhost:3000", origin: "http://localhost:3001" }],
  ["a subdomain", { host: "jobs.example", origin: "https://x.jobs.example" }],
  ["a name that begins alike", { host: "jobs.example", origin: "https://jobs.example.evil.example" }],
  ["a sandboxed page", { host: "jobs.example", origin: "null" }],
  ["an empty origin", { host: "jobs.example", origin: "" }],
  ["a browser extension", { host: "jobs.example", origin: "chrome-extension://jobs.example" }],
  ["a site, when no host is given", { origin: "https://evil.example" }],
])("takes %s for foreign", (_, headers) => {
  expect(isForeign(headers)).toBe(true);
});

test("knows only the asked host when the application has no address", () => {
  expect(isForeign({ host: "a.example", origin: "https://a.example" }, null)).toBe(false);
  expect(isForeign({ host: "a.example", origin: "https://jobs.example" }, null)).toBe(true);
});
