import { parseArgs } from "node:util";
import type { ResendDeps } from "@/lib/dispatch/resend";
import { explainRefusal } from "@/scripts/setup-cloud-refusal";
import { createSweepSchedule, isPlan, PLANS, type Standing } from "@/scripts/setup-cloud-schedule";
import { readCloudSettings } from "@/scripts/setup-cloud-settings";

interface SetUpDeps extends ResendDeps {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Asks the person at the terminal; null where there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

const USAGE = `npm run setup:cloud -- --plan free|paid [--dry-run]

Creates, or brings up to date, the QStash schedule that calls the sweep of the deployed application.
  --plan free   every 5 minutes: QStash's free plan has 1,000 messages a day
  --plan paid   every minute
  --dry-run     looks, and says what it would do

Reads APP_URL, QSTASH_TOKEN and, if set, QSTASH_URL and VERCEL_AUTOMATION_BYPASS_SECRET, also from .env.local and .env.
Ends with 0 when done, 1 when QStash refused or could not be reached, 2 when something was missing.`;

/** Sets up what the deployed application needs at QStash, as often as one likes. Answers the exit code. */
export async function setUpCloud({ args, variables, say, ask, wait }: SetUpDeps): Promise<0 | 1 | 2> {
  const options = readOptions(args);
  if (typeof options === "string") {
    say(options);
    return 2;
  }
  if (options.isHelp) {
    say(USAGE);
    return 0;
  }
  const read = readCloudSettings(variables);
  if ("problems" in read) {
    for (const problem of read.problems) say(problem);
    return 2;
  }
  const plan = (options.plan ?? (await ask?.("Which QStash plan do you have, free or paid? ")) ?? "").trim();
  if (!isPlan(plan)) {
    say(`Say which QStash plan you have: --plan free or --plan paid${plan && `, not "${plan}"`}.`);
    return 2;
  }
  const { settings } = read;
  const schedule = createSweepSchedule(settings, plan, wait);
  try {
    const standing = await schedule.look();
    if (!options.isDryRun) await schedule.put(standing);
    say(`${sentenceOf(standing, options.isDryRun)}: ${schedule.scheduleId}`);
    say(`It calls ${schedule.destination} ${rhythmOf(plan)}.`);
    for (const address of standing.elsewhere) {
      say(
        `There is also a schedule for ${address}. If that is an old address of yours, delete it in the Upstash console.`,
      );
    }
    return 0;
  } catch (error) {
    say(explainRefusal(error, settings.qstash.url));
    return 1;
  }
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { plan: { type: "string" }, "dry-run": { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    return { plan: values.plan, isDryRun: values["dry-run"] ?? false, isHelp: values.help ?? false };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what parseArgs says of an argument that it does not know
    return `${error.message}\n\n${USAGE}`;
  }
}

function sentenceOf({ kind, cron, isPaused }: Standing, isDryRun: boolean): string {
  const was = isPaused ? "was paused" : `was "${cron}"`;
  if (kind === "missing") return isDryRun ? "Would create the schedule" : "Created the schedule";
  if (kind === "other") return `${isDryRun ? "Would change" : "Changed"} the schedule, which ${was}`;
  return "The schedule stands already";
}

function rhythmOf(plan: keyof typeof PLANS): string {
  const { everyMinutes } = PLANS[plan];
  const messages = (1_440 / everyMinutes).toLocaleString("en");
  const often = everyMinutes === 1 ? "every minute" : `every ${everyMinutes} minutes`;
  return `${often}: ${messages}${plan === "free" ? " of 1,000" : ""} messages a day`;
}
