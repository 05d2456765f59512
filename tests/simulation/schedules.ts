import type { CatchUp } from "@/lib/contracts/schedules";
import { AppError } from "@/lib/errors";
import type { Chance } from "@/rehearsal/chance";
import { type Action, insist } from "@/tests/simulation/actions";
import { TICKED } from "@/tests/simulation/jobs";
import type { World } from "@/tests/simulation/world";

/** An owner makes a schedule that fires each minute. */
export const makeSchedule: Action = (world, name, chance) => {
  const owner = chance.pick(["ada", "bob"]);
  const input = {
    rows: chance.pick([1, 2, 12]),
    msPerRow: chance.pick([400, 400, 6_000]),
    waitAt: null,
    key: "k",
    order: 0,
  };
  const wishes = {
    name: TICKED.name,
    cron: chance.pick(["* * * * *", "*/2 * * * *"]),
    timeZone: chance.pick(["UTC", "Asia/Kolkata"]),
    input,
    options: {},
    overlap: chance.pick(["skip", "queue", "allow"] as const),
    catchUp: chance.pick<CatchUp>(["one", "none", { all: 3 }]),
  };
  world.trace(`make a schedule ${JSON.stringify(wishes)}`);
  return insist(world, name, async (who) => void (await world.pick(who).schedules.create(owner, wishes)));
};

/** What an owner asks of a schedule that is there. */
export const steerSchedule: Action = async (world, name, chance) => {
  const kept = pickOne(world, chance);
  if (!kept) return;
  const { id, owner, value } = kept;
  const verb = chance.pick(["pause", "resume", "run", "run", "remove"] as const);
  world.trace(`${verb} ${id}, which is ${value.state}`);
  await insist(world, name, async (who) => {
    const { schedules } = world.pick(who);
    if (verb !== "run") return void (await schedules[verb](owner, id));
    world.audit.ask(name);
    world.audit.promised((await schedules.run(owner, id, name)).job.id);
  });
};

function pickOne({ mirror }: World, chance: Chance) {
  const all = mirror.schedules();
  return all[Math.floor(chance.between(0, all.length))];
}

/** Every owner gives up his schedules; asked until all are gone. */
export function removeSchedules({ mirror, pick, audit }: World): void {
  for (const { id, owner } of mirror.schedules()) {
    pick(`remove ${id}`)
      .schedules.remove(owner, id)
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) audit.look([`${id} could not be removed: ${error}`]);
      });
  }
}
