import { expect, test } from "vitest";
import { createSessions } from "@/lib/auth/session";
import { createSignInLinks } from "@/lib/auth/sign-in-link";
import { createIds } from "@/lib/id";
import { someRecords } from "@/tests/files/desk";

const NOW = 4_102_444_800_000;
const MINUTE_MS = 60_000;

function aDoor(secret = "s3cret") {
  let now = NOW;
  const clock = () => now;
  const ids = createIds(clock);
  const records = someRecords(clock);
  return {
    ...createSignInLinks({ secret, records, clock, ids }),
    records,
    sessions: createSessions({ secret, appUrl: null, clock, ids }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("a link signs its owner in", async () => {
  const door = aDoor();
  expect(await door.redeem(await door.issue("own_ada"))).toBe("own_ada");
});

test("a link works once", async () => {
  const door = aDoor();
  const link = await door.issue("own_ada");
  expect(await door.redeem(link)).toBe("own_ada");
  expect(await door.redeem(link)).toBeNull();
});

test("a link works for one of two who follow it at the same time", async () => {
  const door = aDoor();
  const link = await door.issue("own_ada");
  const both = Promise.withResolvers<void>();
  let readers = 0;
  const { get } = door.records;
  door.records.get = async (kind, place) => {
    const found = await get(kind, place);
    readers += 1;
    if (readers === 2) both.resolve();
    await both.promise; // each has seen the link before either uses it
    return found;
  };
  const owners = await Promise.all([door.redeem(link), door.redeem(link)]);
  expect(owners.filter((owner) => owner !== null)).toEqual(["own_ada"]);
});

test("a link ends after a quarter of an hour", async () => {
  const door = aDoor();
  const [early, late] = [await door.issue("own_ada"), await door.issue("own_ada")];
  door.pass(15 * MINUTE_MS - 1_000);
  expect(await door.redeem(early)).toBe("own_ada");
  door.pass(1_000);
  expect(await door.redeem(late)).toBeNull();
});

test("nothing else is a link: another key's, another purpose's, nonsense", async () => {
  const door = aDoor();
  expect(await door.redeem(await aDoor("other").issue("own_ada"))).toBeNull();
  const { setCookie } = await door.sessions.issue("own_ada");
  expect(await door.redeem(setCookie.split(/[=;]/)[1] ?? "")).toBeNull();
  for (const token of ["", "x", "a.b.c"]) expect(await door.redeem(token)).toBeNull();
});
