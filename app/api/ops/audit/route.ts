import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readAudit } from "@/lib/contracts/operator";

/** What the operator has done. */
export const GET = handleOperator(readAudit, null, ({ app, query }) =>
  app.audit.list({ ...query, cursor: query.cursor ?? null }),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
