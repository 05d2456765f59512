export const maxDuration = 300;

/** Vercel's cron sends GET, a QStash schedule POST. */
export { cron as GET, cron as POST } from "@/lib/api/machine";
