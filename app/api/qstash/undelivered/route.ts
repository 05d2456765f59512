export const maxDuration = 300;

export { undelivered as POST } from "@/lib/api/machine";
