import { getDeadline } from "@vercel/functions";
import { createMachineRoutes, parseKick } from "@/lib/api/machine-routes";
import { parseUndelivered } from "@/lib/api/machine-undelivered";
import { createLog } from "@/lib/log";
import { server } from "@/lib/server";

const machineRoute = createMachineRoutes({
  open: server,
  onUnexpected: (error, app) => (app?.log ?? createLog("error")).error("machine_call_failed", error),
});

/** A kick: drains the queue that it names. */
export const worker = machineRoute(
  (app, request) => app.verifyWorker(request),
  async (app, body) => {
    const kick = parseKick(body);
    return kick ? app.work(kick.queue, getDeadline()) : "malformed";
  },
);

/** The minute's sweep. */
export const cron = machineRoute(
  (app, request) => app.verifyCron(request),
  (app) => app.sweep(),
);

/**
 * QStash has given a kick up: what it was for is looked after now. Only what is overdue is kicked again,
 * so a kick that somebody has repeated meanwhile is not doubled.
 */
export const undelivered = machineRoute(
  (app, request) => app.verifyUndelivered(request),
  async (app, body) => {
    const message = parseUndelivered(body);
    if (!message) return "malformed";
    app.log.warn("kick_given_up", message);
    return app.tend();
  },
);
