import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createInvite } from "@/lib/contracts/operator";

/** Makes an invitation. */
export const POST = handleOperator(
  createInvite,
  ({ body: { note } }) => (note ? `Made an invitation for ${note}` : "Made an invitation"),
  async ({ app }) => {
    const token = await app.invitations.issue();
    // Behind the mark, a token reaches no server's log, and no messenger that looks at links for its preview.
    return { url: `${app.appUrl}/invitation#${token}` };
  },
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
