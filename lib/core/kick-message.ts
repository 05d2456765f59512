import { z } from "zod";

/** What a kick says on its way: which queue wants a worker. */
export const KickMessage = z.object({ queue: z.string().min(1).max(100), nonce: z.string().max(100) });
export type KickMessage = z.infer<typeof KickMessage>;
