import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readHealth } from "@/lib/contracts/health";

/** It waits for its checks, some of which call this app. */
export const maxDuration = 60;

/** What `npm run doctor` says, seen from here. */
export const GET = handleOperator(readHealth, null, ({ app }) => app.health());

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
