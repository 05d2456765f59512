import { z } from "zod";
import { readStored, writeStored } from "@/lib/hooks/browser-storage";

const KEY = "longhaul.direct-way";

/** A way into the file store that was opened here, and the parts that have gone it. */
const RememberedWay = z.object({
  pathname: z.string(),
  key: z.string(),
  uploadId: z.string(),
  parts: z.array(z.object({ partNumber: z.int(), etag: z.string() })),
});
export type RememberedWay = z.infer<typeof RememberedWay>;

export function rememberedWay(pathname: string): RememberedWay | null {
  const way = readStored(KEY, RememberedWay);
  return way?.pathname === pathname ? way : null;
}

export const rememberWay = (way: RememberedWay) => writeStored(KEY, way);
export const forgetWay = () => writeStored(KEY, null);
