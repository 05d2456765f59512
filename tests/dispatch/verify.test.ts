import { describe, expect, test, vi } from "vitest";
import { hasBearer } from "@/lib/auth/secrets";
import { systemClock } from "@/lib/clock";
import { cronUrl, workerUrl } from "@/lib/dispatch/machine-address";
import { signMessage } from "@/lib/dispatch/sign";
import { createMachineVerifier } from "@/lib/dispatch/verify-machine";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";

const BASE_URL = "https://jobs.example";
const BODY = '{"queue":"imports","nonce":"n1"}';
const MINUTE_MS = 60_000;

interface Sent {
  readonly key?: string;
  readonly url?: string;
  readonly signed?: string;
  readonly sent?: string;
  readonly ageMs?: number;
}

/** A request as QStash sends it. The receiver takes its time from the system, so this does. */
async function aMessage({ key = "current", url = workerUrl(BASE_URL), signed = BODY, sent = signed, ageMs = 0 }: Sent) {
  const signature = await signMessage({ key, url, body: signed, id: "jwt_1", now: systemClock() - ageMs });
  return new Request("http://localhost:3000/api/worker", {
    method: "POST",
    body: sent,
    headers: { "upstash-signature": signature },
  });
}

const aVerifier = (currentSigningKey = "current", nextSigningKey = "next") =>
  createQstashVerifier({ currentSigningKey, nextSigningKey, url: workerUrl(BASE_URL) });

describe("the QStash verifier", () => {
  test("answers the body of a signed message", async () => {
    expect(await aVerifier()(await aMessage({}))).toBe(BODY);
    expect(await aVerifier()(await aMessage({ signed: "" }))).toBe("");
  });

  test("takes the next key, and goes on taking messages of the old one while it is current", async () => {
    expect(await aVerifier()(await aMessage({ key: "next" }))).toBe(BODY);
    expect(await aVerifier("next", "newest")(await aMessage({ key: "next" }))).toBe(BODY);
    expect(await aVerifier("next", "newest")(await aMessage({ key: "current" }))).toBeNull();
  });

  test.each([
    ["forged with another key", { key: "guess" }],
    ["signed with the published development key", { key: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" }],
    ["signed for another address", { url: cronUrl(BASE_URL) }],
    ["signed for another host", { url: workerUrl("https://evil.example") }],
    ["signed for another body", { sent: '{"queue":"mails","nonce":"n1"}' }],
    ["expired", { ageMs: 6 * MINUTE_MS }],
    ["from the future", { ageMs: -MINUTE_MS }],
  ])("refuses a message that is %s", async (_, sent) => {
    expect(await aVerifier()(await aMessage(sent))).toBeNull();
  });

  test("forgives a few seconds between two clocks", async () => {
    expect(await aVerifier()(await aMessage({ ageMs: -3_000 }))).toBe(BODY);
  });

  test("refuses a message without a signature, with nonsense for one, and one that is too large", async () => {
    const aRequest = (headers: Record<string, string>) =>
      new Request(workerUrl(BASE_URL), { method: "POST", body: BODY, headers });
    expect(await aVerifier()(aRequest({}))).toBeNull();
    expect(await aVerifier()(aRequest({ "upstash-signature": "a.b.c" }))).toBeNull();
    expect(await aVerifier()(await aMessage({ signed: "x".repeat(70_000) }))).toBeNull();
  });

  test("refuses the development keys even where the environment asks for them", async () => {
    vi.stubEnv("QSTASH_DEV", "true");
    try {
      expect(await aVerifier()(await aMessage({ key: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" }))).toBeNull();
      expect(await aVerifier()(await aMessage({}))).toBe(BODY);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("the machine verifier", () => {
  const verify = (secret: string | undefined) =>
    createMachineVerifier({ verifySignature: aVerifier(), hasSecret: (request) => hasBearer(request, secret) });
  const aCall = (authorization: string) =>
    new Request(workerUrl(BASE_URL), { method: "POST", body: BODY, headers: { authorization } });

  test("lets in who signs and who shows the secret", async () => {
    expect(await verify("s3cret")(await aMessage({}))).toBe(BODY);
    expect(await verify("s3cret")(aCall("Bearer s3cret"))).toBe(BODY);
    const cron = new Request(cronUrl(BASE_URL), { headers: { authorization: "Bearer s3cret" } });
    expect(await verify("s3cret")(cron)).toBe("");
  });

  test("keeps out everybody else, and everybody where no secret is set", async () => {
    expect(await verify("s3cret")(aCall("Bearer guess"))).toBeNull();
    expect(await verify(undefined)(aCall("Bearer undefined"))).toBeNull();
    expect(await verify("")(aCall("Bearer "))).toBeNull();
  });
});
