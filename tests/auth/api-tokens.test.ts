import { beforeEach, describe, expect, test } from "vitest";
import { API_TOKEN, createApiTokens } from "@/lib/auth/api-tokens";
import { deriveKey } from "@/lib/auth/secrets";
import { createSignInLinks } from "@/lib/auth/sign-in-link";
import { createTokens } from "@/lib/auth/token";
import { createIds } from "@/lib/id";
import { someRecords } from "@/tests/files/desk";

const NOW = 4_102_444_800_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let now: number;
let gets: number;
let records: ReturnType<typeof someRecords>;
const clock = () => now;
beforeEach(() => {
  [now, gets] = [NOW, 0];
  const store = someRecords(clock);
  records = {
    ...store,
    get: (kind, place) => {
      gets += 1;
      return store.get(kind, place);
    },
  };
});

/** One instance of the application: all share the store, and each remembers for itself. */
const anInstance = (secret = "s3cret") => createApiTokens({ secret, records, clock, ids: createIds(clock) });

describe("an API token", () => {
  test("says whose it is", async () => {
    const { token } = await anInstance().create("own_ada", "ci");
    expect(token).toMatch(/^lht_[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await anInstance().ownerOf(token)).toBe("own_ada");
  });

  test("is shown once, and kept as a digest only", async () => {
    const tokens = anInstance();
    const { token, id, ...view } = await tokens.create("own_ada", "ci");
    expect(view).toEqual({ name: "ci", createdAt: NOW, lastUsedAt: null });
    expect(await tokens.list("own_ada")).toEqual([{ id, ...view }]);
    const kept = await records.get(API_TOKEN, { owner: "own_ada", id });
    expect(JSON.stringify(kept)).not.toContain(token.split(".")[2]);
  });

  test("ends here at once when it is revoked, and elsewhere within a minute", async () => {
    const [here, elsewhere] = [anInstance(), anInstance()];
    const { token, id } = await here.create("own_ada", "ci");
    expect([await here.ownerOf(token), await elsewhere.ownerOf(token)]).toEqual(["own_ada", "own_ada"]);
    expect(await here.revoke("own_ada", id)).toBe(true);
    expect(await here.ownerOf(token)).toBeNull();
    now += MINUTE_MS;
    expect(await elsewhere.ownerOf(token)).toBeNull();
    expect(await here.list("own_ada")).toEqual([]);
  });

  test("ends here at once also when it is being looked up while it is revoked", async () => {
    const here = anInstance();
    const { token, id } = await here.create("own_ada", "ci");
    const { get } = records;
    let revoking: Promise<unknown> | null = null;
    records.get = async (kind, place) => {
      const found = await get(kind, place);
      if (revoking === null) {
        revoking = here.revoke("own_ada", id);
        await revoking;
      }
      return found;
    };
    await here.ownerOf(token);
    expect(await here.ownerOf(token)).toBeNull();
  });

  test("is nobody else's to see or revoke", async () => {
    const tokens = anInstance();
    const { token, id } = await tokens.create("own_ada", "ci");
    expect(await tokens.revoke("own_bob", id)).toBe(false);
    expect(await tokens.list("own_bob")).toEqual([]);
    expect(await tokens.ownerOf(token)).toBe("own_ada");
  });

  test("is looked up once a minute, and a guess never", async () => {
    const tokens = anInstance();
    const { token } = await tokens.create("own_ada", "ci");
    gets = 0;
    for (let call = 0; call < 10; call += 1) await tokens.ownerOf(token);
    expect(gets).toBe(1);
    now += MINUTE_MS;
    await tokens.ownerOf(token);
    expect(gets).toBe(2);
    for (const guess of ["", "lht_", "lht_a.b.c", token.slice(4), `${token}x`]) {
      expect(await tokens.ownerOf(guess)).toBeNull();
    }
    expect(gets).toBe(2);
  });

  test("notes its use, to the hour", async () => {
    const tokens = anInstance();
    const { token } = await tokens.create("own_ada", "ci");
    const lastUsed = async () => {
      await tokens.ownerOf(token);
      return (await tokens.list("own_ada")).map(({ lastUsedAt }) => lastUsedAt);
    };
    expect(await lastUsed()).toEqual([NOW]);
    now += HOUR_MS - 1;
    expect(await lastUsed()).toEqual([NOW]);
    now += MINUTE_MS;
    expect(await lastUsed()).toEqual([NOW + HOUR_MS - 1 + MINUTE_MS]);
  });

  test("is worth nothing under another secret, and nothing signed for another purpose is one", async () => {
    const { token } = await anInstance("other").create("own_ada", "ci");
    expect(await anInstance().ownerOf(token)).toBeNull();
    const links = createSignInLinks({ secret: "s3cret", records, clock, ids: createIds(clock) });
    expect(await anInstance().ownerOf(`lht_${await links.issue("own_ada")}`)).toBeNull();
  });

  test("is the very one that was made: signed again with a stolen secret, it is another", async () => {
    const { token, id } = await anInstance().create("own_ada", "ci");
    const key = deriveKey("s3cret", "api-token");
    const forged = await createTokens({ key, clock, lifeMs: HOUR_MS }).sign({ owner: "own_ada", id });
    expect(await anInstance().ownerOf(`lht_${forged}`)).toBeNull();
    expect(await anInstance().ownerOf(token)).toBe("own_ada");
  });

  test("is one of fifty at most", async () => {
    const tokens = anInstance();
    for (let count = 0; count < 50; count += 1) await tokens.create("own_ada", `${count}`);
    await expect(tokens.create("own_ada", "more")).rejects.toMatchObject({ code: "quota_exceeded" });
  });

  test("is refused where too many are made at the same moment, for each must be in the list to be revoked", async () => {
    const tokens = anInstance();
    const made = await Promise.allSettled(Array.from({ length: 60 }, () => tokens.create("own_ada", "ci")));
    const kept = made.flatMap((each) => (each.status === "fulfilled" ? [each.value.id] : []));
    expect(kept.length).toBeLessThanOrEqual(50);
    expect((await tokens.list("own_ada")).map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
  });
});
