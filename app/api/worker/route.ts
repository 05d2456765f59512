export const maxDuration = 300;

export { worker as POST } from "@/lib/api/machine";
