import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { deriveKey } from "@/lib/auth/secrets";
import { createSessions } from "@/lib/auth/session";
import { createIds } from "@/lib/id";

const NOW = 4_102_444_800_000;
const YEAR_MS = 365 * 24 * 3_600_000;

const someSessions = ({ secret = "s3cret", appUrl = "http://localhost:3000", now = NOW } = {}) =>
  createSessions({ secret, appUrl, clock: () => now, ids: createIds(() => now) });

const aRequest = (cookie: string) => new Request("http://localhost:3000/", { headers: { cookie } });
const cookieOf = (setCookie: string) => setCookie.slice(0, setCookie.indexOf(";"));

describe("sessions", () => {
  test("knows the owner it has issued a cookie for", async () => {
    const { owner, setCookie } = await someSessions().issue();
    expect(owner).toMatch(/^own_/);
    expect(await someSessions().read(aRequest(`a=b; ${cookieOf(setCookie)}; c=d`))).toBe(owner);
  });

  test("gives every new browser its own owner, and a given one where it is asked to", async () => {
    const [one, two] = await Promise.all([someSessions().issue(), someSessions().issue()]);
    expect(one.owner).not.toBe(two.owner);
    const { setCookie } = await someSessions().issue("own_ada");
    expect(await someSessions().read(aRequest(cookieOf(setCookie)))).toBe("own_ada");
  });

  test("keeps the cookie from scripts and other sites, and on https from plain connections", async () => {
    const attributes = ({ setCookie }: { setCookie: string }) => setCookie.slice(setCookie.indexOf(";"));
    expect(attributes(await someSessions().issue())).toBe("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    expect(attributes(await someSessions({ appUrl: "https://jobs.example" }).issue())).toBe(
      "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure",
    );
  });

  test("lasts a year", async () => {
    const cookie = cookieOf((await someSessions().issue("own_ada")).setCookie);
    expect(await someSessions({ now: NOW + YEAR_MS - 1_000 }).read(aRequest(cookie))).toBe("own_ada");
    expect(await someSessions({ now: NOW + YEAR_MS }).read(aRequest(cookie))).toBeNull();
  });

  test("finds its own cookie behind a stranger's of the same name", async () => {
    const cookie = cookieOf((await someSessions().issue("own_ada")).setCookie);
    expect(await someSessions().read(aRequest(`longhaul_session=x.y.z; ${cookie}`))).toBe("own_ada");
  });

  test("does not believe a cookie that was signed with another key, or for another purpose", async () => {
    const other = cookieOf((await someSessions({ secret: "other" }).issue("own_ada")).setCookie);
    expect(await someSessions().read(aRequest(other))).toBeNull();
    const link = await new SignJWT()
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("own_ada")
      .setJti("x")
      .setExpirationTime(NOW / 1_000 + 60)
      .sign(deriveKey("s3cret", "sign-in-link"));
    expect(await someSessions().read(aRequest(`longhaul_session=${link}`))).toBeNull();
  });

  test("does not believe a cookie that was changed", async () => {
    const cookie = cookieOf((await someSessions().issue("own_ada")).setCookie);
    const [header, payload = "", signature] = cookie.slice("longhaul_session=".length).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "own_eve" })).toString("base64url");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const token of [`${header}.${forged}.${signature}`, `${unsigned}.${forged}.`, `${header}.${payload}.`, ""]) {
      expect(await someSessions().read(aRequest(`longhaul_session=${token}`))).toBeNull();
    }
  });

  test("knows nobody without a cookie", async () => {
    expect(await someSessions().read(new Request("http://localhost:3000/"))).toBeNull();
  });
});
