import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { completeUpload } from "@/lib/contracts/uploads";

/** Makes a file of an upload whose parts are all here. */
export const POST = handle(completeUpload, ({ app, owner, params }) => app.uploads.complete(owner, params.id));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
