import { created } from "@/lib/api/created";
import { handle } from "@/lib/api/handle";
import { bodyOf } from "@/lib/api/read-body";
import { refuseAllBut } from "@/lib/api/refuse";
import { PART_SIZE, putFile } from "@/lib/contracts/uploads";

/** Uploads a small file in one call. */
export const PUT = handle(putFile, async ({ app, owner, query, request }) =>
  created(await app.userFiles.put(owner, query.name, bodyOf(request, PART_SIZE))),
);

export const { GET, POST, PATCH, DELETE } = refuseAllBut("PUT");
