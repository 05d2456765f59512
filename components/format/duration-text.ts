/** `about 20 seconds`: rounded the way one would say it, ever coarser the longer it is. */
export function durationInWords(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 5) return "a few seconds";
  if (seconds < 55) return `about ${Math.round(seconds / 5) * 5} seconds`;
  const minutes = seconds / 60;
  if (minutes < 1.5) return "about a minute";
  if (minutes < 55) return `about ${Math.round(minutes)} minutes`;
  const hours = minutes / 60;
  if (hours < 1.5) return "about an hour";
  if (hours < 23.5) return `about ${Math.round(hours)} hours`;
  const days = Math.round(hours / 24);
  return days === 1 ? "about a day" : `about ${days} days`;
}

/** `0.8 s`, `12 s`, `3 min 20 s`, `1 h 5 min`, `2 d 3 h`: exact enough to compare. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, "h", minutes % 60, "min");
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

const two = (large: number, unit: string, small: number, part: string) =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${part}`;

/** `just now`, `3 s ago`, `5 min ago`, `2 d ago`: one unit only, for it is read at a glance. */
export function agoText(ms: number): string {
  if (ms < 1_500) return "just now";
  return `${durationText(ms).split(" ").slice(0, 2).join(" ")} ago`;
}
