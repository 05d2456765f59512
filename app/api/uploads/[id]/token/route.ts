import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { authoriseUpload } from "@/lib/contracts/uploads";

/** Lets the owner's browser write the file of one upload straight to the file store. */
export const POST = handle(authoriseUpload, async ({ app, owner, params }) => ({
  type: "blob.generate-client-token" as const,
  clientToken: await app.uploads.authorise(owner, params.id),
}));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
