import { JobId } from "@/lib/core/job";
import { limitsOf } from "@/lib/core/job-limits";
import type { Verb } from "@/lib/core/job-store";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import type { Chance } from "@/rehearsal/chance";
import { CANCELLER, PARENT, type ParentInput } from "@/tests/simulation/family";
import { type Input, KINDS, QUEUES, VERSIONS, WOKEN } from "@/tests/simulation/jobs";
import { makeSchedule, steerSchedule } from "@/tests/simulation/schedules";
import { addWebhook } from "@/tests/simulation/webhooks";
import type { World } from "@/tests/simulation/world";
import { aNewJob, LEASE_MS } from "@/tests/support/builders";

/** Something that users do, or that happens to the machines. It is told by `name`, and what it needs of chance. */
export type Action = (world: World, name: string, chance: Chance) => Promise<void> | void;

const OWNERS = ["ada", "bob"] as const;
const MAX_TRIES = 6;

/** What a caller does who gets no answer, or hears that the store is away: he asks again, until he is answered. */
export async function insist(
  world: World,
  name: string,
  ask: (instanceName: string) => Promise<void>,
  tries = 1,
): Promise<void> {
  if (tries > MAX_TRIES) return;
  let isAnswered = false;
  world.timeline.after(20_000, null, () => {
    if (!isAnswered) void insist(world, name, ask, tries + 1);
    isAnswered = true; // whoever answers now, answers nobody
  });
  await ask(`${name}/${tries}`).then(
    () => {
      isAnswered = true;
    },
    (error: unknown) => {
      if (error instanceof AppError) isAnswered = true;
      else if (!(error instanceof StoreUnavailableError)) world.audit.look([`${name} failed: ${error}`]);
    },
  );
}

function anInput(world: World, chance: Chance): Input {
  const rows = Math.floor(chance.between(1, 9));
  return {
    rows,
    msPerRow: chance.pick([5, 200, 700, 1_500]),
    waitAt: chance.happens(0.2) ? Math.floor(chance.between(1, rows)) : null,
    key: chance.pick(["k", "l"]),
    order: world.nextOrder(),
  };
}

const submit: Action = (world, name, chance) => {
  const kind = chance.pick(KINDS);
  const input = anInput(world, chance);
  const options = { priority: chance.pick([0, 0, 30]), delayMs: chance.pick([0, 0, 0, 4_000, 25_000]) };
  const submission = { owner: chance.pick(OWNERS), name: kind.name, input, options, fromApi: false };
  let answered: string | null = null;
  world.trace(`submit ${kind.name} ${JSON.stringify(input)}`);
  return insist(world, name, async (who) => {
    const { job } = await world.pick(who).queue.submit({ ...submission, idempotencyKey: name });
    // One that was removed since may be answered late, to a try that its caller has given up.
    const areBothThere = [answered, job.id].every((id) => id !== null && world.mirror.job(JobId.parse(id)) !== null);
    if (answered !== job.id && areBothThere) world.audit.look([`${name} was answered ${answered}, then ${job.id}`]);
    answered = job.id;
    world.audit.promised(job.id);
  });
};

const submitMany: Action = (world, name, chance) => {
  const owner = chance.pick(OWNERS);
  const jobs = Array.from({ length: chance.pick([2, 3, 5]) }, (_, i) => {
    const kind = chance.pick(KINDS);
    const input = anInput(world, chance);
    return aNewJob({
      id: JobId.parse(`job_${name}-${i}`),
      owner,
      name: kind.name,
      queue: kind.queue,
      input,
      uniqueKey: kind.onDuplicate ? input.key : null,
      onDuplicate: kind.onDuplicate,
      concurrencyKey: kind.takesTurns ? input.key : null,
      limits: limitsOf(kind.limits ?? {}, input),
    });
  });
  world.trace(`submit ${jobs.length} jobs at once as ${name}`);
  return insist(world, name, async (who) => {
    for (const { job } of await world.pick(who).enqueue(jobs)) if (job) world.audit.promised(job.id);
  });
};

const submitFamily: Action = (world, name, chance) => {
  const count = Math.floor(chance.between(0, 6));
  const input: ParentInput = {
    count,
    failing: Array.from({ length: count }, (_, n) => n).filter(() => chance.happens(0.15)),
    onFailure: chance.pick(["fail", "continue", "cancel"]),
    msPerChild: chance.pick([5, 400, 3_000]),
    order: world.nextOrder(),
  };
  const submission = { owner: chance.pick(OWNERS), name: PARENT, input, fromApi: false, idempotencyKey: name };
  world.trace(`submit ${PARENT} ${JSON.stringify(input)}`);
  return insist(world, name, async (who) => {
    world.audit.promised((await world.pick(who).queue.submit(submission)).job.id);
  });
};

/** What callers ask of jobs that are there. */
const steer: Action = async (world, name, chance) => {
  const jobs = world.mirror.jobs().filter(({ name }) => name !== CANCELLER && name !== deliverWebhook.name);
  const job = jobs[Math.floor(chance.between(0, jobs.length))];
  if (!job) return;
  const verb = chance.pick<Verb | "remove">(["cancel", "pause", "pause", "resume", "retry", "restart", "remove"]);
  world.trace(`${verb} ${job.id}, which is ${job.state}`);
  await insist(world, name, async (who) => {
    const { queue } = world.pick(who);
    if (verb === "remove") await queue.remove(job.id, job.owner);
    else await queue.control(job.id, job.owner, verb);
  });
};

/** A caller gives a parent up, and soon after changes his mind or wants it gone. */
const giveUp: Action = async (world, name, chance) => {
  const parents = world.mirror.jobs().filter((job) => job.name === PARENT);
  const parent = parents[Math.floor(chance.between(0, parents.length))];
  if (!parent) return;
  const { id, owner } = parent;
  const next = chance.pick(["nothing", "remove", "retry", "restart"] as const);
  world.trace(`cancel ${id}, which is ${parent.state}; then ${next}`);
  world.timeline.after(chance.between(200, 12_000), null, () => {
    if (next === "nothing") return;
    world.trace(`${next} ${id}`);
    void insist(world, `${name}-then`, async (who) => {
      const { queue } = world.pick(who);
      if (next === "remove") await queue.remove(id, owner);
      else await queue.control(id, owner, next);
    });
  });
  await insist(world, name, async (who) => void (await world.pick(who).queue.control(id, owner, "cancel")));
};

/** Wakes a job, early or late, twice or never as it happens. */
const wake: Action = async (world, name, chance) => {
  const jobs = world.mirror.jobs().filter((job) => job.name === WOKEN.name);
  const job = jobs[Math.floor(chance.between(0, jobs.length))];
  if (!job) return;
  world.trace(`wake ${job.id}, which is ${job.state}`);
  await insist(world, name, async (who) => {
    await world.pick(who).queue.wake(job.id, job.owner, { name: "go", payload: name, id: name });
  });
};

/** An operator stops a queue for a while. */
const pauseQueue: Action = async (world, name, chance) => {
  const queue = chance.pick(QUEUES);
  world.trace(`pause queue ${queue}`);
  await insist(world, name, (who) => world.pick(who).pauseQueue(queue));
  world.timeline.after(chance.between(1_000, 40_000), null, () => {
    world.trace(`resume queue ${queue}`);
    void insist(world, `${name}-over`, (who) => world.pick(who).resumeQueue(queue));
  });
};

const kill: Action = (world, name) => world.kill(world.pick(name).life);

const freeze: Action = (world, name, chance) => {
  const { life } = world.pick(name);
  const ms = chance.between(LEASE_MS / 2, LEASE_MS * 3);
  world.trace(`${life.name} stands still for ${Math.round(ms)} ms`);
  life.frozenUntil = world.timeline.now() + ms;
};

/** Some instances stay at the old version for a while, as on Vercel. */
const deploy: Action = (world, _name, chance) => {
  const version = chance.pick(VERSIONS);
  world.trace(`deploy ${version}`);
  world.deploy(version);
  for (const { life, shutDown } of world.instances()) {
    const delayMs = chance.pick([0, 500, 20_000]);
    const isAsked = chance.happens(0.5);
    const isStopped = chance.happens(0.8);
    if (isAsked) shutDown();
    // Whoever was asked to end begins no job any more, so it must not be left standing: it would answer every kick.
    if (isAsked || isStopped) world.timeline.after(delayMs, life, () => world.kill(life));
  }
};

/** The vocabulary of a simulation: each with the least and the most times it happens in one. */
export const ACTIONS = {
  submit: { act: submit, times: [2, 6] },
  submitMany: { act: submitMany, times: [0, 1.5] },
  submitFamily: { act: submitFamily, times: [0, 1.6] },
  steer: { act: steer, times: [0, 6] },
  giveUp: { act: giveUp, times: [0, 1.2] },
  wake: { act: wake, times: [0, 8] },
  makeSchedule: { act: makeSchedule, times: [0, 0.65] },
  steerSchedule: { act: steerSchedule, times: [0, 3] },
  addWebhook: { act: addWebhook, times: [0, 0.7] },
  pauseQueue: { act: pauseQueue, times: [0, 0.8] },
  kill: { act: kill, times: [0, 2] },
  freeze: { act: freeze, times: [0, 2] },
  deploy: { act: deploy, times: [0, 1.6] },
} satisfies Readonly<Record<string, { readonly act: Action; readonly times: readonly [number, number] }>>;
