import { refuseAllBut } from "@/lib/api/refuse";

export const maxDuration = 300;

export { undelivered as POST } from "@/lib/api/machine";

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
