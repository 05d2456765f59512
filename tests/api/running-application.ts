import type { Application } from "@/lib/api/application";
import { createApiTokens } from "@/lib/auth/api-tokens";
import { createAudit } from "@/lib/auth/audit";
import { rowsOf } from "@/lib/core/checkpoint";
import { LOG_DATASET } from "@/lib/core/dataset";
import type { Bytes } from "@/lib/core/file-store";
import type { JobId } from "@/lib/core/job";
import { AppError } from "@/lib/errors";
import { createIds } from "@/lib/id";
import type { Json } from "@/lib/json";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { tooMany } from "@/lib/quota/limits";
import { createSchedules } from "@/lib/schedules/create-schedules";
import { createWebhooks } from "@/lib/server/webhooks";
import { someRecords } from "@/tests/files/desk";
import { setUpQueue } from "@/tests/queue/set-up-queue";
import { aClaim } from "@/tests/support/builders";

let current: Application | null = null;

/** Stands in for the composition root, so that routes can be called as functions. */
export function server(): Application {
  if (!current) throw new Error("Start an application first.");
  return current;
}

export const ROWS = [
  { n: 1, text: "grüß" },
  { n: 2, text: "" },
] as const;
export const LINES = [{ at: 5, level: "info", message: "begun" }] as const;

const encode = (text: string) => new TextEncoder().encode(text);
const notFound = () => new AppError("not_found", "There is nothing with this id.");

async function textOf(bytes: Bytes): Promise<string> {
  const pieces = bytes instanceof Uint8Array ? [bytes] : await Array.fromAsync(bytes);
  return Buffer.concat(pieces).toString();
}

interface Options {
  readonly access?: "open" | "invite";
  /** Whether everybody has asked too often. */
  readonly isBusy?: boolean;
}

/** An application on a store in memory. `Cookie: owner=ada` is ada's session, `operator=yes` the operator's. */
export function startApplication({ access = "open", isBusy = false }: Options = {}) {
  const bench = setUpQueue();
  const clock = () => bench.now;
  const records = someRecords(clock);
  const notifications = createNotifications({ records, clock });
  const asked: string[] = [];
  const schedules = createSchedules({
    records,
    queue: bench.queue,
    userFiles: bench.userFiles,
    admit: async () => {},
    clock,
    ids: createIds(clock),
  });
  const files = new Map<string, { owner: string; name: string; text: string }>();
  const uploads = new Map<string, { owner: string; name: string; size: number; parts: Map<number, string> }>();
  const mine = <Thing extends { owner: string }>(things: ReadonlyMap<string, Thing>, owner: string, id: string) => {
    const thing = things.get(id);
    if (thing?.owner !== owner) throw notFound();
    return thing;
  };
  const fileView = (id: string, { name, text }: { name: string; text: string }) => ({
    fileId: id,
    name,
    size: encode(text).byteLength,
    sha256: null,
  });
  const uploadView = (id: string) => {
    const { name, size, parts } = uploads.get(id) ?? { name: "", size: 0, parts: new Map() };
    return { uploadId: id, method: "parts" as const, partSize: 4, name, size, parts: [...parts.keys()] };
  };
  const rowsIn = (dataset: string): readonly Json[] => (dataset === LOG_DATASET ? LINES : ROWS);

  current = {
    log: { info() {}, warn() {}, error: (event, error) => void bench.warnings.push({ event, error }) },
    clock,
    appUrl: "http://app.test",
    sessions: {
      issue: async (owner = "new") => ({ owner, setCookie: `owner=${owner}` }),
    },
    async identify(request) {
      const known = /owner=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
      if (known === undefined && access === "invite") return { kind: "invitation_needed" };
      return { kind: "owner", owner: known ?? "new", setCookie: known === undefined ? "owner=new" : null };
    },
    limits: {
      async admit(subject, what) {
        asked.push(`${what} by ${subject}`);
        if (isBusy) throw tooMany("Too many requests.", 1_500);
      },
    },
    placeOf: () => "at_home",
    invitations: {
      issue: async () => "invitation-of-own_guest",
      redeem: async (token) => /^invitation-of-(\w+)$/.exec(token)?.[1] ?? null,
    },
    apiTokens: createApiTokens({ secret: "s3cret", records, clock, ids: createIds(clock) }),
    operator: {
      isOperator: async (request) => /operator=yes/.test(request.headers.get("cookie") ?? ""),
      signIn: async (_request, token) => (token === "operators-token" ? "operator=yes" : null),
      signOut: () => "operator=; Max-Age=0",
    },
    audit: createAudit({ records, clock, ids: createIds(clock) }),
    signInLinks: {
      issue: async (owner) => `link-of-${owner}`,
      redeem: async (token) => /^link-of-(\w+)$/.exec(token)?.[1] ?? null,
    },
    definitions: bench.definitions,
    queue: bench.queue,
    schedules,
    queues: bench.queues,
    uploads: {
      async start(owner, { name, size }) {
        const id = `upl_${uploads.size + 1}`;
        uploads.set(id, { owner, name, size, parts: new Map() });
        return uploadView(id);
      },
      async view(owner, id) {
        mine(uploads, owner, id);
        return uploadView(id);
      },
      async putPart(owner, id, n, bytes) {
        const text = await textOf(bytes);
        mine(uploads, owner, id).parts.set(n, text);
        return { n, size: text.length };
      },
      async authorise(owner, id) {
        mine(uploads, owner, id);
        return `token-for-${id}`;
      },
      async complete(owner, id) {
        const { name, parts } = mine(uploads, owner, id);
        if (parts.size === 0) throw new AppError("parts_missing", "Missing.", { details: { missing: [1] } });
        const file = { owner, name, text: [...parts.values()].join("") };
        files.set(`file_${id}`, file);
        return fileView(`file_${id}`, file);
      },
    },
    userFiles: {
      async put(owner, name, bytes) {
        const file = { owner, name, text: await textOf(bytes) };
        const id = `file_${files.size + 1}`;
        files.set(id, file);
        return fileView(id, file);
      },
      stat: async (owner, id) => fileView(id, mine(files, owner, id)),
      async *read(owner, id, { start, end } = {}) {
        yield encode(mine(files, owner, id).text).slice(start, end);
      },
    },
    datasets: {
      page: async (_id, dataset, manifest, { offset, limit }) =>
        rowsIn(dataset)
          .slice(0, rowsOf(manifest))
          .slice(offset, offset + limit),
      async *exportNdjson(_id, dataset) {
        for (const row of rowsIn(dataset)) yield encode(`${JSON.stringify(row)}\n`);
      },
      async *exportCsv(_id, _dataset, _manifest, columns) {
        yield encode(`${columns.join(",")}\r\n`);
      },
    },
    notifications,
    webhooks: createWebhooks({
      env: { appUrl: "http://app.test", webhooks: { allowPrivate: false } },
      secrets: { auth: "s3cret" },
      store: bench.store,
      records,
      dispatcher: { kick: async () => {} },
      notifications,
      clock,
      ids: createIds(clock),
      log: { warn() {} },
      resolve: async (host) => (host.endsWith(".test") ? ["93.184.215.14"] : []),
    }).api,
    health: async () => ({ verdict: "ok", summary: "All is well.", findings: [] }),
    status: async () => ({
      status: "ok",
      version: "1.0.0",
      store: { kind: "memory", latencyMs: 0 },
      queues: [],
      lastSweepAt: null,
    }),
  };

  /** Ends the next job with rows and lines, as a worker would. */
  async function completeWithRows(): Promise<JobId> {
    const { held } = await bench.store.claim(aClaim({ limit: 1, now: bench.now }));
    const [running] = held;
    if (!running) throw new Error("Nothing to claim.");
    const count = (rows: number) => [{ token: "w1", parts: 1, rows }];
    const reached = {
      checkpoint: { stages: {}, datasets: { rows: count(2), secrets: count(2), [LOG_DATASET]: count(1) } },
      percent: 99.9,
    };
    const outcome = { kind: "completed" as const, output: { value: { rows: 2 } } };
    await bench.store.settle("tests", [{ held: running, outcome, reached }], bench.now, 0);
    return running.job.id;
  }

  return Object.assign(bench, { completeWithRows, asked });
}
