import { createMachineRoutes } from "@/lib/api/machine-routes";
import { createLog } from "@/lib/log";
import { server } from "@/lib/server";

const machineRoute = createMachineRoutes({
  open: server,
  onUnexpected: (error, app) => (app?.log ?? createLog("error")).error("machine_call_failed", error),
});

/** Vercel Blob has a file whole: makes it the owner's, unless the browser was faster. */
export const blobUploaded = machineRoute(
  (app, request) => app.verifyBlobCallback(request),
  async (app, body) => {
    const upload = app.readBlobCallback(body);
    return upload ? { state: await app.uploads.confirm(upload) } : "malformed";
  },
);
