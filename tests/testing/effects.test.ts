import { describe, expect, test } from "vitest";
import { createEffects } from "@/lib/testing/effects";

describe("recorded effects", () => {
  test("happen once per key, and answer the same again", async () => {
    const effects = createEffects();
    let charges = 0;
    const charge = () => effects.happen("charge", "job_1:pay", () => ++charges);
    expect([await charge(), await charge()]).toEqual([1, 1]);
    effects.once("charge");
    expect(effects.names()).toEqual(["charge"]);
    expect(effects.tries("charge")).toBe(2);
  });

  test("have not happened if they threw", async () => {
    const effects = createEffects();
    const down = () => Promise.reject(new Error("down"));
    await expect(effects.happen("mail", "k", down)).rejects.toThrow("down");
    expect(() => effects.once("mail")).toThrow('"mail" has not happened.');
    await effects.happen("mail", "k");
    effects.once("mail");
  });

  test("happen twice under two keys", async () => {
    const effects = createEffects();
    await effects.happen("mail", "attempt-1");
    await effects.happen("mail", "attempt-2");
    expect(() => effects.once("mail")).toThrow('"mail" has happened 2 times, under the keys attempt-1, attempt-2.');
    expect(effects.names()).toEqual(["mail", "mail"]);
  });

  test("of two under one key the second would never happen", async () => {
    const effects = createEffects();
    await effects.happen("mail to ada", "job_1:mail");
    await expect(effects.happen("mail to bob", "job_1:mail")).rejects.toThrow(
      'The key "job_1:mail" stands for "mail to ada" already, so "mail to bob" would never happen.',
    );
  });
});
