import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "@/rehearsal/chance";
import type { Service } from "@/rehearsal/listen";
import { serve } from "@/rehearsal/serve";
import { count, type Tally } from "@/rehearsal/tally";
import { BLOB_TOKEN, createBlobService } from "@/tests/support/blob-service";

const BLOB_FAULTS = ["answer lost after executing", "503 before executing", "slow"] as const;
type BlobFault = (typeof BLOB_FAULTS)[number];

export interface Blob extends Service {
  readonly token: string;
  /** Where its client is told to ask (`VERCEL_BLOB_API_URL`); where to read, the service says with every blob. */
  readonly apiUrl: string;
  readonly requests: () => number;
  readonly injected: Tally<BlobFault>;
}

const SLOW_MS = [100, 1_500] as const;

/** Vercel Blob on a port of its own, with faults. */
export async function startBlob({ chance, faultShare }: { chance: Chance; faultShare: number }): Promise<Blob> {
  const injected: Tally<BlobFault> = new Map();
  let requests = 0;
  let execute: (request: Request) => Promise<Response>;

  const service = await serve(async (request) => {
    requests += 1;
    if (!chance.happens(faultShare)) return execute(request);
    const fault = chance.pick(BLOB_FAULTS);
    count(injected, fault);
    switch (fault) {
      case "answer lost after executing":
        await execute(request);
        return null;
      case "503 before executing":
        return Response.json({ error: { code: "service_unavailable", message: "Try again" } }, { status: 503 });
      case "slow":
        await pause(chance.between(...SLOW_MS));
        return execute(request);
    }
  });
  const apiUrl = `${service.url}/api/blob`;
  execute = createBlobService({ apiUrl, home: `${service.url}/store` }).handle;
  return { ...service, token: BLOB_TOKEN, apiUrl, requests: () => requests, injected };
}
