import { Cron } from "croner";
import { AppError } from "@/lib/errors";

/** When something recurs: five cron fields, or a nickname (`@daily`), read by the clocks of a time zone. */
export interface RecurrenceSpec {
  readonly cron: string;
  /** A name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/** Instants are epoch ms, and whole minutes. */
export interface Recurrence {
  /** The next `count` instants after `from`, strictly increasing. */
  after(from: number, count: number): number[];
  /** The latest `count` instants from `from` up to `to`, both inclusive, oldest first: no more work, however many. */
  latest(from: number, to: number, count: number): number[];
}

/**
 * Reads a recurrence. A time of day that does not exist, because clocks go forward, comes as soon as they have;
 * one that exists twice comes once, the first time. An expression with `*` or a step in its minutes or hours is no
 * time of day: it leaves out what does not exist and comes both times.
 *
 * @throws AppError `cron_invalid`, `time_zone_unknown`
 */
export function recurrenceOf({ cron, timeZone }: RecurrenceSpec): Recurrence {
  const text = cron.trim();
  const zone = namedZone(timeZone);
  const everywhere = parse(text, zone);
  const inYears = (first: number, last: number) =>
    NICKNAME.test(text) ? everywhere : new Cron(`0 ${text} ${first}-${last}`, optionsOf("7-part", zone));
  return {
    after: (from, count) => {
      const found: number[] = [];
      let at = from;
      while (found.length < count) {
        const dates = inYears(yearOf(at) - 1, yearOf(at) + RAREST_YEARS).nextRuns(count - found.length, new Date(at));
        if (dates.length === 0) break;
        for (const date of dates) {
          at = date.getTime();
          found.push(at);
        }
      }
      return found;
    },
    latest: (from, to, count) => {
      // Behind `to`, for what is asked for is what was before.
      const dates = inYears(yearOf(from) - 1, yearOf(to) + 1).previousRuns(count, new Date(to + 1));
      return dates.flatMap((date) => (date.getTime() >= from ? date.getTime() : [])).reverse();
    },
  };
}

/**
 * The rarest day, a 29 February on one day of the week, comes again after 40 years at most. Left to itself, the library
 * looks through 400 for what never comes, and nobody else is answered for a second.
 */
const RAREST_YEARS = 41;

/** By UTC: in another zone it may be the year before or after. */
const yearOf = (at: number) => new Date(at).getUTCFullYear();

/** The instant after `from`. @throws AppError `cron_invalid` if there is none in all time, as on 30 February */
export function nextOf(spec: RecurrenceSpec, from: number): number {
  const [next] = recurrenceOf(spec).after(from, 1);
  if (next === undefined) throw invalid(spec.cron, "there is no such day");
  return next;
}

let known: ReadonlySet<string> | undefined;

/** Making a format to ask whether there is a zone takes 75 µs, and a schedule is read at each of its instants. */
function zones(): ReadonlySet<string> {
  known ??= new Set(Intl.supportedValuesOf("timeZone"));
  return known;
}

function namedZone(timeZone: string): string {
  // An offset such as "+02:00" would be taken too, but it knows no summer.
  if (!/^[a-z]/i.test(timeZone)) throw unknownZone(timeZone);
  if (zones().has(timeZone)) return timeZone;
  try {
    Intl.DateTimeFormat("en", { timeZone }); // it also knows old names, and those in other cases
    return timeZone;
  } catch (cause) {
    throw unknownZone(timeZone, cause);
  }
}

const NICKNAME = /^@[a-z]+$/i;

// Without `no-wildcard`, "30 2,14 * * *" would come twice on the night when 2:30 exists twice.
const optionsOf = (mode: "5-part" | "7-part", timezone: string) =>
  ({ mode, fixedTimeRule: "no-wildcard", timezone, paused: true }) as const;

function parse(cron: string, timezone: string): Cron {
  const fields = cron.split(/\s+/).length;
  if (!NICKNAME.test(cron) && fields !== 5) {
    const hint = fields === 6 ? "; seconds are not possible, for the sweep comes once a minute" : "";
    throw invalid(cron, `it has ${cron === "" ? 0 : fields} fields, and five are needed${hint}`);
  }
  try {
    return new Cron(cron, optionsOf("5-part", timezone));
  } catch (cause) {
    throw invalid(cron, String(cause).replace(/^\w+: (CronPattern: )?/, ""), cause);
  }
}

const invalid = (cron: string, reason: string, cause?: unknown): AppError =>
  new AppError("cron_invalid", `The expression "${cron}" cannot be used: ${reason}`, { details: { cron }, cause });

const unknownZone = (timeZone: string, cause?: unknown): AppError =>
  new AppError("time_zone_unknown", `There is no time zone "${timeZone}". Name one like "Europe/Berlin" or "UTC".`, {
    details: { timeZone },
    cause,
  });
