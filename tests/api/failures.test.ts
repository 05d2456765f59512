import { beforeEach, describe, expect, test, vi } from "vitest";
import * as own from "@/app/api/failures/[fingerprint]/jobs/route";
import * as ownGroups from "@/app/api/failures/route";
import * as jobs from "@/app/api/jobs/route";
import * as all from "@/app/api/ops/failures/[fingerprint]/jobs/route";
import * as allGroups from "@/app/api/ops/failures/route";
import { listFailedJobs, listFailures } from "@/lib/contracts/failures";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

let bench: ReturnType<typeof startApplication>;
beforeEach(() => {
  bench = startApplication();
});

const AS_OPERATOR = { owner: null, headers: { cookie: "operator=yes" } };

async function fail(owner: string) {
  const body = { name: "tests.anything", input: {} };
  const response = await call(jobs.POST, { method: "POST", body, owner });
  await bench.finish("failed");
  bench.now += 1;
  return (await response.json()).id;
}
const groupsFrom = async (response: Response) => listFailures.reply.parse(await response.json());
const pageFrom = async (response: Response) => {
  const { jobs, cursor } = listFailedJobs.reply.parse(await response.json());
  return { ids: jobs.map(({ id }) => id), cursor };
};

describe("failures", () => {
  test("are grouped for their owner, and for the operator over all owners", async () => {
    await fail("ada");
    await fail("bob");
    const { groups } = await groupsFrom(await call(ownGroups.GET));
    expect(groups).toMatchObject([{ count: 1, example: { id: "job_1", fingerprint: groups[0]?.fingerprint } }]);
    const everybody = await groupsFrom(await call(allGroups.GET, AS_OPERATOR));
    expect(everybody).toMatchObject({ groups: [{ count: 2, example: { id: "job_2" } }], isWhole: true });
  });

  test("are listed page by page, each caller's own", async () => {
    const ids = [await fail("ada"), await fail("ada"), await fail("bob")];
    const { groups } = await groupsFrom(await call(ownGroups.GET));
    const params = { fingerprint: groups[0]?.fingerprint ?? "" };
    const first = await pageFrom(await call(own.GET, { params, query: "?limit=1" }));
    const second = await pageFrom(await call(own.GET, { params, query: `?limit=1&cursor=${first.cursor}` }));
    expect([first.ids, second.ids]).toEqual([[ids[1]], [ids[0]]]);
    expect((await pageFrom(await call(own.GET, { params, query: "?cursor=x" }))).ids).toEqual([ids[1], ids[0]]);
    expect(await pageFrom(await call(all.GET, { params, ...AS_OPERATOR }))).toEqual({
      ids: ids.toReversed(),
      cursor: null,
    });
  });
});

describe("tags", () => {
  const submit = (tags: unknown) =>
    call(jobs.POST, { method: "POST", body: { name: "tests.anything", input: {}, options: { tags } } });

  test("are shown, each once, and find the job", async () => {
    await submit([" march ", "march", "bank"]);
    await submit(["april"]);
    const found = await (await call(jobs.GET, { query: "?tag=march" })).json();
    expect(found.jobs).toMatchObject([{ id: "job_1", tags: ["march", "bank"] }]);
  });

  test.each([
    ["eleven", Array.from({ length: 11 }, String)],
    ["one of 65 characters", ["x".repeat(65)]],
    ["an empty one", [" "]],
    ["what is no text", [1]],
  ])("are refused: %s", async (_name, tags) => {
    expect((await submit(tags)).status).toBe(422);
  });
});
