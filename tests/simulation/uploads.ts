import { createHash } from "node:crypto";
import { JobId } from "@/lib/core/job";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import type { Instance } from "@/tests/simulation/instance";
import { READER, textOfRows } from "@/tests/simulation/reader";
import type { World } from "@/tests/simulation/world";

const OWNER = "ada";
const ROWS = 2;
const CONTENT = Buffer.from(textOfRows(ROWS));
/** Two parts make the file, and a line lies in both. */
export const PART_BYTES = 5;
const PARTS = [1, 2];

/** What a caller has been answered, by whoever it was: there he goes on. */
interface Client {
  uploadId: string | null;
  readonly parts: Set<number>;
  fileId: string | null;
  readonly jobs: Map<number, JobId>;
}
const clients = new WeakMap<World, Client>();

function clientOf(world: World): Client {
  const client = clients.get(world) ?? { uploadId: null, parts: new Set(), fileId: null, jobs: new Map() };
  clients.set(world, client);
  return client;
}

/** A file store that is away is asked again, as the ledger is: at once, and by whoever insists. */
async function again<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return act().catch((error: unknown) => {
    if (!isAway(error)) throw error;
    return act().catch((second: unknown) => {
      throw isAway(second) ? new StoreUnavailableError("simulated") : second;
    });
  });
}
const isAway = (error: unknown) =>
  error instanceof StoreUnavailableError || (error instanceof AppError && error.code === "unavailable");

async function begin({ uploads }: Instance, client: Client): Promise<string> {
  if (client.uploadId !== null) return client.uploadId;
  const wanted = { name: "numbers.csv", size: CONTENT.length, type: "text/csv" };
  const { uploadId } = await again(() => uploads.start(OWNER, wanted));
  client.uploadId ??= uploadId;
  return client.uploadId;
}

const sendPart = ({ uploads }: Instance, uploadId: string, n: number) =>
  again(() => uploads.putPart(OWNER, uploadId, n, CONTENT.subarray((n - 1) * PART_BYTES, n * PART_BYTES)));

/** Completes it, and looks whether the file is what was sent. */
async function complete({ uploads, userFiles }: Instance, world: World, uploadId: string): Promise<string> {
  const file = await again(() => uploads.complete(OWNER, uploadId));
  if (file.size !== CONTENT.length || file.sha256 !== SHA256) world.audit.look([`${file.fileId} is not what was sent`]);
  const bytes = await again(() => Array.fromAsync(userFiles.read(OWNER, file.fileId)));
  if (!Buffer.concat(bytes).equals(CONTENT)) world.audit.look([`${file.fileId} reads otherwise than it was sent`]);
  return file.fileId;
}
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

/** Sends a file, in as many calls as that takes, and goes on where he was answered last. */
export async function upload(instance: Instance, world: World): Promise<string> {
  const client = clientOf(world);
  if (client.fileId !== null) return client.fileId;
  const uploadId = await begin(instance, client);
  for (const n of PARTS) {
    if (client.parts.has(n)) continue;
    await sendPart(instance, uploadId, n);
    client.parts.add(n);
  }
  // A late try of a caller who was answered meanwhile may find the file deleted.
  const fileId = await complete(instance, world, uploadId).catch((error: unknown) => {
    if (client.fileId === null) throw error;
    return client.fileId;
  });
  client.fileId = fileId;
  return fileId;
}

/** Sends a file, each part and its end twice at once, by two instances. */
export async function uploadTwice(instance: Instance, world: World): Promise<string> {
  const client = clientOf(world);
  const both = [instance, world.pick("the other")];
  const uploadId = await begin(instance, client);
  for (const n of PARTS) await Promise.all(both.map((one) => sendPart(one, uploadId, n)));
  const [fileId = "", other] = await Promise.all(both.map((one) => complete(one, world, uploadId)));
  if (fileId !== other) world.audit.look([`${uploadId} became ${fileId} and ${other}`]);
  await sendPart(instance, uploadId, 1); // a late double
  client.fileId = fileId;
  return fileId;
}

/** A caller who goes away before the end, or as soon as anything goes wrong. */
export function giveUpAfter(parts: number, ends: "completes" | "leaves") {
  return async (instance: Instance, world: World): Promise<void> => {
    const client = clientOf(world);
    if (client.parts.has(0)) return;
    client.parts.add(0);
    const uploadId = await begin(instance, client);
    for (const n of PARTS.slice(0, parts)) await sendPart(instance, uploadId, n);
    if (ends === "completes") await complete(instance, world, uploadId);
  };
}

/** Submits a job that reads the file. */
export async function read(instance: Instance, world: World, order: number, msPerRow: number): Promise<void> {
  const client = clientOf(world);
  const fileId = client.fileId;
  if (fileId === null || client.jobs.has(order)) return;
  const input = { fileId, rows: ROWS, msPerRow, order };
  const submission = { owner: OWNER, name: READER, input, idempotencyKey: `reads-${order}`, fromApi: false };
  const { job } = await instance.queue.submit(submission);
  client.jobs.set(order, JobId.parse(job.id));
}

/** Removes the job of that number, once he was told of it and of the other: the last one takes the file along. */
export const removeReader =
  (order: number, other = order) =>
  async ({ queue }: Instance, world: World): Promise<void> => {
    const { jobs } = clientOf(world);
    const id = jobs.get(order);
    if (id === undefined || !jobs.has(other)) throw new StoreUnavailableError("not answered yet");
    await again(() => queue.remove(id, OWNER));
  };

/** By now the caller has been answered whatever he asked for. */
export function mustBeAnswered(orders: readonly number[]) {
  return async (_: Instance, world: World): Promise<void> => {
    const { fileId, jobs } = clientOf(world);
    if (fileId === null) world.audit.look(["the upload was never completed"]);
    world.audit.look(orders.flatMap((order) => (jobs.has(order) ? [] : [`no job was made of submission ${order}`])));
  };
}
