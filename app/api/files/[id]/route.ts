import { fileReply } from "@/lib/api/file-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readFile } from "@/lib/contracts/uploads";

/** Downloads an uploaded file, or a range of it. */
export const GET = handle(readFile, ({ app, owner, params, request }) =>
  fileReply(app.userFiles, owner, params.id, request.headers),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
