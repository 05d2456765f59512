import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createLonghaul } from "@/bench/queue/longhaul";
import { perSecond, type Size, timeOf } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { type Row, row } from "@/bench/row";
import { systemClock } from "@/lib/clock";
import { createLocalDispatcher } from "@/lib/dispatch/local-dispatcher";
import { workerUrl } from "@/lib/dispatch/machine-address";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";
import { createIds } from "@/lib/id";

const JOBS: Readonly<Record<Size, number>> = { tiny: 5, usual: 500, full: 2_000 };
const WARM_UP = 100;
const KEY = "the key of this bench";

/**
 * Milliseconds from enqueueing one job until its code runs, on the embedded default with nothing else to do: kick,
 * signed call over HTTP, verification, claim. Next's own routing is not in it.
 */
export async function benchLatency(size: Size): Promise<Row[]> {
  const count = JOBS[size];
  const sqlite = openTemporarySqlite();
  const begun = new Map<string, PromiseWithResolvers<number>>();
  const ours = createLonghaul(sqlite.ledger, {
    slots: 20,
    onRun: (jobId) => begun.get(jobId)?.resolve(performance.now()),
  });

  const route = createServer((incoming, outgoing) => {
    void text(incoming)
      .then((body) => answer(new Request(url, { method: "POST", headers: headersOf(incoming), body })))
      .then((status) => outgoing.writeHead(status).end());
  });
  const port = await new Promise<number>((resolve) => {
    route.listen(0, "127.0.0.1", () => {
      const address = route.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const url = workerUrl(baseUrl);
  const verify = createQstashVerifier({ currentSigningKey: KEY, nextSigningKey: KEY, url });
  const dispatcher = createLocalDispatcher({
    baseUrl,
    signingKey: KEY,
    clock: systemClock,
    ids: createIds(systemClock),
    log: {
      warn(event, fields) {
        throw new Error(`${event}: ${JSON.stringify(fields)}`);
      },
    },
  });

  async function answer(request: Request): Promise<number> {
    if ((await verify(request)) === null) return 401;
    await ours.store.tend(systemClock(), 100);
    await ours.work();
    return 200;
  }

  async function runOne(n: number): Promise<number> {
    const job = ours.aJob(n);
    const run = Promise.withResolvers<number>();
    begun.set(job.id, run);
    const enqueuedAt = performance.now();
    const { kicks } = await ours.enqueue([job]);
    await dispatcher.kick(kicks);
    const took = (await run.promise) - enqueuedAt;
    begun.delete(job.id);
    await ours.isOver(job.id);
    return took;
  }

  try {
    if (size !== "tiny") for (let n = 0; n < WARM_UP; n += 1) await runOne(n);
    const took: number[] = [];
    const all = await timeOf(async () => {
      for (let n = 0; n < count; n += 1) took.push(await runOne(n));
    });
    took.sort((a, b) => a - b);
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
    const promised = { unit: "ms", better: "less", beside: "what we promise" } as const;
    return [
      row("from enqueue to the job's code, p50", { ours: at(0.5), peer: 5, ...promised }),
      row("from enqueue to the job's code, p99", { ours: at(0.99), peer: 25, ...promised }),
      row("jobs one after the other, each with its own kick", { ours: perSecond(count, all), unit: "jobs/s" }),
    ];
  } finally {
    dispatcher.close();
    route.closeAllConnections();
    await new Promise((resolve) => route.close(resolve));
    sqlite.close();
  }
}

const headersOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
  Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
