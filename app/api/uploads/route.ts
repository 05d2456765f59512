import { created } from "@/lib/api/created";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createUpload } from "@/lib/contracts/uploads";

/** Begins an upload in parts. */
export const POST = handle(createUpload, async ({ app, owner, body }) => created(await app.uploads.start(owner, body)));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
