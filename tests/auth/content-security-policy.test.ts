import { describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "@/lib/auth/content-security-policy";

const NOTHING = { nonce: "abc", uploadOrigins: [], isHttps: false, isDevelopment: false };
const directivesOf = (options: Partial<typeof NOTHING> | { uploadOrigins: string[] }) =>
  new Map(
    contentSecurityPolicy({ ...NOTHING, ...options })
      .split("; ")
      .map((directive): [string, string] => {
        const [name = "", ...values] = directive.split(" ");
        return [name, values.join(" ")];
      }),
  );

describe("the policy of a page", () => {
  test("lets nothing run but what carries the nonce, and what that loads", () => {
    const directives = directivesOf({});
    expect(directives.get("script-src")).toBe("'self' 'nonce-abc' 'strict-dynamic'");
    expect(directives.get("default-src")).toBe("'self'");
    expect(directives.get("connect-src")).toBe("'self'");
    for (const name of ["object-src", "base-uri", "frame-ancestors"]) expect(directives.get(name)).toBe("'none'");
  });

  test("lets text be evaluated in development alone", () => {
    expect(directivesOf({ isDevelopment: true }).get("script-src")).toContain("'unsafe-eval'");
    expect(contentSecurityPolicy(NOTHING)).not.toContain("unsafe-eval");
  });

  test("lets files go to where they are stored, and asks for https where the application has it", () => {
    const uploadOrigins = ["https://blob.test"];
    expect(directivesOf({ uploadOrigins }).get("connect-src")).toBe("'self' https://blob.test");
    expect(directivesOf({ isHttps: true }).has("upgrade-insecure-requests")).toBe(true);
    expect(directivesOf({}).has("upgrade-insecure-requests")).toBe(false);
  });
});
