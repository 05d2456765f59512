import { describe, expect, test } from "vitest";
import { KickMessage } from "@/lib/core/kick-message";

describe("KickMessage", () => {
  test("names a queue and tells one kick from the next", () => {
    const message = { queue: "imports", nonce: "n1" };
    expect(KickMessage.parse(message)).toEqual(message);
  });

  test.each([
    {},
    { queue: "imports" },
    { queue: "", nonce: "n1" },
    { queue: "q".repeat(101), nonce: "n1" },
    { queue: "imports", nonce: 7 },
  ])("refuses %j", (message) => {
    expect(KickMessage.safeParse(message).success).toBe(false);
  });
});
