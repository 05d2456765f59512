import { describe, expect, test } from "vitest";
import { createApiTokens } from "@/lib/auth/api-tokens";
import { createIdentify } from "@/lib/auth/identify";
import { createPlaceOf } from "@/lib/auth/place";
import { createSessions } from "@/lib/auth/session";
import { isAnonymous, limitedAs } from "@/lib/core/owner";
import { createIds } from "@/lib/id";
import { aRequestFrom } from "@/tests/auth/an-address";
import { someRecords } from "@/tests/files/desk";

const NOW = 4_102_444_800_000;
const HOME = "203.0.113.7";

function aDoor(access: "open" | "invite") {
  const clock = () => NOW;
  const ids = createIds(clock);
  const sessions = createSessions({ secret: "s3cret", appUrl: null, clock, ids });
  const apiTokens = createApiTokens({ secret: "s3cret", records: someRecords(clock), clock, ids });
  const identify = createIdentify({ sessions, apiTokens, access, placeOf: createPlaceOf("s3cret"), ids });
  const cookieOf = async (owner: string) => (await sessions.issue(owner)).setCookie.split(";")[0] ?? "";
  /** Who comes without anything to show. */
  const newcomer = async (address = HOME) => {
    const identity = await identify(aRequestFrom(address));
    return identity.kind === "owner" ? identity : expect.fail(identity.kind);
  };
  return { identify, apiTokens, cookieOf, newcomer };
}

describe.each(["open", "invite"] as const)("with %s access, a request", (access) => {
  test("is its session's owner's", async () => {
    const door = aDoor(access);
    const request = aRequestFrom(HOME, { cookie: await door.cookieOf("own_ada") });
    expect(await door.identify(request)).toEqual({ kind: "owner", owner: "own_ada", setCookie: null });
  });

  test("is its API token's owner's, whatever session comes with it", async () => {
    const door = aDoor(access);
    const { token } = await door.apiTokens.create("own_ada", "ci");
    const headers = { authorization: `Bearer ${token}`, cookie: await door.cookieOf("own_bob") };
    expect(await door.identify(aRequestFrom(HOME, headers))).toMatchObject({ owner: "own_ada", setCookie: null });
  });

  test.each(["lht_a.b.c", "", "two words"])(
    "with a wrong token is nobody's, and never a new owner's: %j",
    async (wrong) => {
      const door = aDoor(access);
      const headers = { authorization: `Bearer ${wrong}`, cookie: await door.cookieOf("own_bob") };
      expect(await door.identify(aRequestFrom(HOME, headers))).toEqual({ kind: "unauthenticated" });
    },
  );
});

describe("with open access, whoever has nothing to show", () => {
  test("becomes a new owner with a session", async () => {
    const door = aDoor("open");
    const { owner, setCookie } = await door.newcomer();
    expect(isAnonymous(owner)).toBe(true);
    const cookie = setCookie?.split(";")[0] ?? "";
    expect(await door.identify(aRequestFrom(HOME, { cookie }))).toEqual({ kind: "owner", owner, setCookie: null });
  });

  test("is limited together with all who come from the same place", async () => {
    const door = aDoor("open");
    const [one, two, other] = [await door.newcomer(), await door.newcomer(), await door.newcomer("203.0.113.8")];
    expect(one.owner).not.toBe(two.owner);
    expect(limitedAs(one.owner)).toBe(limitedAs(two.owner));
    expect(limitedAs(one.owner)).not.toBe(limitedAs(other.owner));
    expect(limitedAs("own_ada")).toBe("own_ada");
  });

  test("does not lose a session for credentials that are meant for a proxy", async () => {
    const headers = { authorization: "Basic dXNlcjpwYXNz" };
    expect(await aDoor("open").identify(aRequestFrom(HOME, headers))).toMatchObject({ kind: "owner" });
  });
});

describe("with access by invitation", () => {
  test("whoever has nothing to show gets nothing", async () => {
    expect(await aDoor("invite").identify(aRequestFrom(HOME))).toEqual({ kind: "invitation_needed" });
  });

  test("who came while it was open to all is asked for an invitation, too", async () => {
    const { owner } = await aDoor("open").newcomer();
    const door = aDoor("invite");
    const request = aRequestFrom(HOME, { cookie: await door.cookieOf(owner) });
    expect(await door.identify(request)).toEqual({ kind: "invitation_needed" });
  });
});
