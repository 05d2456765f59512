import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readUpload } from "@/lib/contracts/uploads";

/** Which parts are here, to resume an upload. */
export const GET = handle(readUpload, ({ app, owner, params }) => app.uploads.view(owner, params.id));

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
