import { expect, test } from "vitest";
import { createChance, createFairDraw } from "@/rehearsal/chance";

const draws = (count: number, draw: () => boolean) => Array.from({ length: count }, draw);

test("createChance draws the same for the same seed and name, and otherwise for others", () => {
  const numbers = (seed: number, name: string) => {
    const chance = createChance(seed, name);
    return Array.from({ length: 8 }, () => chance.between(10, 20));
  };
  expect(numbers(1, "redis")).toEqual(numbers(1, "redis"));
  expect(numbers(1, "redis")).not.toEqual(numbers(2, "redis"));
  expect(numbers(1, "redis")).not.toEqual(numbers(1, "qstash"));
  expect(numbers(1, "redis").every((number) => number >= 10 && number < 20)).toBe(true);
});

test("createFairDraw hits its share of every twenty draws, in an order that is no rule", () => {
  const draw = createFairDraw(createChance(1, "lost"), 0.25);
  const hands = Array.from({ length: 4 }, () => draws(20, draw));
  expect(hands.map((hand) => hand.filter(Boolean).length)).toEqual([5, 5, 5, 5]);
  expect(new Set(hands.map((hand) => hand.join())).size).toBe(4);
});
