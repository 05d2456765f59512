import { refuseAllBut } from "@/lib/api/refuse";

export const maxDuration = 300;

/** Vercel's cron sends GET, a QStash schedule POST. */
export { cron as GET, cron as POST } from "@/lib/api/machine";

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
