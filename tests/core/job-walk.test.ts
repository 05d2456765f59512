import { describe, expect, test } from "vitest";
import { WalkCursor } from "@/lib/core/job-walk";

describe("a cursor of a walk", () => {
  const place = { score: 1.5, member: "job_a", offset: 3 };

  test("is read back from its text as it was, as a place by score and name and a number of those before it", () => {
    expect(WalkCursor.parse(JSON.parse(JSON.stringify(place)))).toEqual(place);
  });

  test.each([
    ["has no member", { score: 1, offset: 0 }],
    ["counts halves", { ...place, offset: 0.5 }],
    ["has words for a score", { ...place, score: "1" }],
  ])("is refused if it %s", (_, value) => {
    expect(WalkCursor.safeParse(value).success).toBe(false);
  });
});
