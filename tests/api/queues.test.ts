import { expect, test, vi } from "vitest";
import { GET as readAudit } from "@/app/api/ops/audit/route";
import { POST as pause } from "@/app/api/ops/queues/[queue]/pause/route";
import { POST as resume } from "@/app/api/ops/queues/[queue]/resume/route";
import { GET as list } from "@/app/api/ops/queues/route";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => await import("@/tests/api/running-application"));

const asOperator = { owner: null, headers: { cookie: "operator=yes" } };
const control = (route: typeof pause, queue: string) =>
  call(route, { ...asOperator, method: "POST", params: { queue } });

test("an operator pauses and resumes a queue, and both are written down", async () => {
  startApplication();
  expect(await (await control(pause, "tests")).json()).toMatchObject({ queue: "tests", isPaused: true });
  const listed = await call(list, asOperator);
  expect(await listed.json()).toMatchObject({ queues: [{ queue: "tests", isPaused: true }] });
  expect(await (await control(resume, "tests")).json()).toMatchObject({ queue: "tests", isPaused: false });

  const { actions }: { actions: { action: string }[] } = await (await call(readAudit, asOperator)).json();
  expect(actions.map(({ action }) => action).sort()).toEqual(['Paused the queue "tests"', 'Resumed the queue "tests"']);
});

test("a queue that no job names is not found", async () => {
  startApplication();
  const response = await control(pause, "nothing");
  expect([response.status, (await response.json()).code]).toEqual([404, "not_found"]);
});
