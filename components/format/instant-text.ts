const instants = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const times = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const months = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });

/** `Apr 15, 2025, 2:31 PM`, in the reader's own time. */
export const instantText = (at: number): string => instants.format(at);

/** `2:31:07 PM` */
export const timeText = (at: number): string => times.format(at);

/** `Apr 2025` for `2025-04`; anything else as it is. */
export const monthText = (month: string): string =>
  /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? months.format(Date.parse(`${month}-01T00:00:00Z`)) : month;

const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** `April 3, 2025` for `2025-04-03`: the month by name, so that nothing is left to guess. */
export const dayText = (date: string): string => days.format(Date.parse(`${date}T00:00:00Z`));
