import type { Application } from "@/lib/api/application";
import { createHandle } from "@/lib/api/create-handle";
import { isForeignOrigin } from "@/lib/auth/origin";
import { createLog } from "@/lib/log";
import { server } from "@/lib/server";

/** `createHandle`, bound to the running application. */
export const { handle, handleOpen, handleOperator } = createHandle<Application>({
  open: server,
  isForeign: (request, { appUrl }) => isForeignOrigin(request, appUrl),
  onUnexpected: (error, { method, url }, app) => {
    const { pathname: path } = new URL(url);
    (app?.log ?? createLog("error")).error("request_failed", error, { method, path });
  },
});
