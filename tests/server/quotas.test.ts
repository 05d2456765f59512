import { beforeEach, describe, expect, test } from "vitest";
import { FILE, UPLOAD } from "@/lib/files/file-records";
import { createUploads } from "@/lib/files/uploads";
import { createIds } from "@/lib/id";
import { SCHEDULE } from "@/lib/schedules/schedule";
import { createQuotas } from "@/lib/server/quotas";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { aFileStore } from "@/tests/files/desk";

const NOW = 4_102_444_800_000;
const QUOTAS = { activeJobs: 3, storedBytes: 100, mutationsPerMinute: 12, schedules: 3 };

let now = NOW;
beforeEach(() => {
  now = NOW;
});

async function aDesk(quotas: typeof QUOTAS | null = QUOTAS) {
  const clock = () => now;
  const ids = createIds(clock);
  const ledger = createMemoryLedger({ clock });
  const records = createRecordStore({ ledger, nonce: () => ids("rec") });
  const bench = createQuotas({ quotas, ledger, records, clock });
  const files = await aFileStore();
  const { admitBytes } = bench;
  const uploads = createUploads({ files, records, clock, ids, maxUploadBytes: 1_000, admitBytes });
  const upload = (owner: string, size: number) => uploads.start(owner, { name: "a", size, type: "text/csv" });
  /** Uploads a file to its end. */
  async function keep(owner: string, size: number) {
    const { uploadId } = await upload(owner, size);
    await uploads.putPart(owner, uploadId, 1, new Uint8Array(size));
    await uploads.complete(owner, uploadId);
  }
  return { ...bench, records, upload, keep };
}

/** What becomes of so many tries, as the codes of refusals; null: admitted. */
async function tries(count: number, act: () => Promise<unknown>) {
  const codes: (string | null)[] = [];
  for (let left = count; left > 0; left -= 1) {
    codes.push(
      await act().then(
        () => null,
        (error: { code: string }) => error.code,
      ),
    );
  }
  return { admitted: codes.filter((code) => code === null).length, codes: new Set(codes) };
}

describe("quotas", () => {
  test("bound what an owner keeps, uploads on their way included", async () => {
    const { upload } = await aDesk();
    await upload("own_ada", 60);
    const title = "You keep 60 bytes, and 100 is the most. Delete jobs, or wait until files end.";
    const refusal = { code: "quota_exceeded", message: title, details: { retryAfterS: 3_600 } };
    await expect(upload("own_ada", 41)).rejects.toMatchObject(refusal);
    await upload("own_ada", 40);
    await upload("own_bob", 100);
  });

  test("bound what an owner keeps in files", async () => {
    const { upload, keep } = await aDesk();
    await keep("own_ada", 60);
    await expect(upload("own_ada", 41)).rejects.toMatchObject({ code: "quota_exceeded" });
    await keep("own_ada", 40);
  });

  test("count nothing that is deleted, though its record is still looked at", async () => {
    const { upload, records } = await aDesk();
    const facts = { name: "a", size: 100, partSize: 100, type: "text/csv" };
    const write = { rev: 0, dueAt: now + 1, now };
    const file = { ...facts, sha256: "0", isGoing: true, isGone: true };
    await records.put(FILE, { owner: "own_ada", id: "file_1" }, { ...write, value: file });
    const ended = { ...facts, state: "going", method: "parts" } as const;
    await records.put(UPLOAD, { owner: "own_ada", id: "upl_2" }, { ...write, value: ended });
    expect(await upload("own_ada", 100)).toMatchObject({ size: 100 });
  });

  test("bound what comes from one place in a day, whoever sends it", async () => {
    const { upload } = await aDesk();
    await upload("own_1.at_home", 60);
    await expect(upload("own_2.at_home", 60)).rejects.toMatchObject({ code: "too_many_requests" });
    await upload("own_3.at_work", 60);
    now += 24 * 3_600_000;
    await upload("own_4.at_home", 60);
  });

  test("bound mutations and reads of each minute, with the time to wait", async () => {
    const { limits } = await aDesk();
    const mutations = await tries(40, () => limits.admit("own_ada", "mutation"));
    expect(mutations).toEqual({ admitted: 12, codes: new Set([null, "too_many_requests"]) });
    const reads = await tries(1_300, () => limits.admit("own_ada", "read"));
    expect(reads).toEqual({ admitted: 1_200, codes: new Set([null, "too_many_requests"]) });
    now += 20_000;
    const refusal = { details: { retryAfterS: 40 } };
    await expect(limits.admit("own_ada", "mutation")).rejects.toMatchObject(refusal);
    now += 40_000;
    await limits.admit("own_ada", "mutation");
  });

  test("are not there where everybody is at home", async () => {
    const { limits, upload, maxActive } = await aDesk(null);
    expect((await tries(2_000, () => limits.admit("own_ada", "mutation"))).admitted).toBe(2_000);
    await upload("own_ada", 900);
    await upload("own_ada", 900);
    expect(maxActive).toBeUndefined();
  });
});

describe("quotas of schedules", () => {
  const VALUE = {
    name: "tests.report",
    cron: "@daily",
    timeZone: "UTC",
    input: {},
    options: {},
    overlap: "skip" as const,
    catchUp: "one" as const,
    files: [],
    lastFired: null,
    lastSkipped: null,
    createdAt: NOW,
    updatedAt: NOW,
    state: "paused" as const,
    reason: null,
  };

  test("bound how many an owner has", async () => {
    const { admitSchedule, records } = await aDesk();
    const make = async (owner: string, id: string) => {
      await admitSchedule(owner);
      await records.put(SCHEDULE, { owner, id }, { value: VALUE, rev: 0, dueAt: null, now: NOW });
    };
    for (const id of ["a", "b", "c"]) await make("own_ada", id);
    await expect(make("own_ada", "d")).rejects.toMatchObject({ code: "quota_exceeded", details: { limit: 3 } });
    await make("own_bob", "a");
  });

  test("bound how many come from one network in a day, whoever they say they are", async () => {
    const { admitSchedule } = await aDesk();
    let owners = 0;
    const { admitted, codes } = await tries(5, () => admitSchedule(`own_${++owners}.at_net`));
    expect([admitted, codes]).toEqual([3, new Set([null, "too_many_requests"])]);
    now += 24 * 3_600_000;
    expect((await tries(1, () => admitSchedule("own_x.at_net"))).admitted).toBe(1);
  });

  test("do not exist on one's own machine", async () => {
    const { admitSchedule } = await aDesk(null);
    expect((await tries(9, () => admitSchedule("own_ada"))).admitted).toBe(9);
  });
});
