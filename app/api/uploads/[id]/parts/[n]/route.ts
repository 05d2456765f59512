import { handle } from "@/lib/api/handle";
import { bodyOf } from "@/lib/api/read-body";
import { refuseAllBut } from "@/lib/api/refuse";
import { PART_SIZE, putPart } from "@/lib/contracts/uploads";

/** Stores one part of an upload, however often it comes. */
export const PUT = handle(putPart, ({ app, owner, params, request }) =>
  app.uploads.putPart(owner, params.id, params.n, bodyOf(request, PART_SIZE)),
);

export const { GET, POST, PATCH, DELETE } = refuseAllBut("PUT");
