import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Json } from "@/lib/json";

describe("Json", () => {
  test.each([null, 0, "", false, [], {}, { a: [1, { b: null }] }])("takes %j as it is", (value) => {
    expect(Json.parse(value)).toEqual(value);
  });

  test("refuses what is not there", () => {
    expect(Json.safeParse(undefined).success).toBe(false);
    expect(z.object({ cursor: Json }).safeParse({}).success).toBe(false);
  });
});
