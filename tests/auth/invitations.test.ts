import { expect, test } from "vitest";
import { createInvitations } from "@/lib/auth/invitations";
import { createSignInLinks } from "@/lib/auth/sign-in-link";
import { isAnonymous } from "@/lib/core/owner";
import { createIds } from "@/lib/id";
import { someRecords } from "@/tests/files/desk";

const NOW = 4_102_444_800_000;
const WEEK_MS = 7 * 24 * 3_600_000;

function aDesk() {
  const desk = { now: NOW };
  const clock = () => desk.now;
  const deps = { secret: "s3cret", records: someRecords(clock), clock, ids: createIds(clock) };
  return Object.assign(desk, { ...createInvitations(deps), links: createSignInLinks(deps) });
}

test("an invitation makes a new owner, who is no anonymous one, once", async () => {
  const desk = aDesk();
  const [one, two] = [await desk.issue(), await desk.issue()];
  const owner = await desk.redeem(one);
  expect(owner).toMatch(/^own_/);
  expect(isAnonymous(owner ?? "")).toBe(false);
  expect(await desk.redeem(one)).toBeNull();
  expect(await desk.redeem(two)).not.toBe(owner);
});

test("an invitation ends after a week", async () => {
  const desk = aDesk();
  const [early, late] = [await desk.issue(), await desk.issue()];
  desk.now += WEEK_MS - 1_000;
  expect(await desk.redeem(early)).not.toBeNull();
  desk.now += 1_000;
  expect(await desk.redeem(late)).toBeNull();
});

test("a sign-in link is no invitation, and an invitation no sign-in link", async () => {
  const desk = aDesk();
  expect(await desk.redeem(await desk.links.issue("own_ada"))).toBeNull();
  expect(await desk.links.redeem(await desk.issue())).toBeNull();
});
