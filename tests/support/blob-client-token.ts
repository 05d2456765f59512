import { createHmac } from "node:crypto";
import { z } from "zod";

const ClientToken = z.object({
  pathname: z.string(),
  validUntil: z.number(),
  maximumSizeInBytes: z.number().optional(),
  allowedContentTypes: z.array(z.string()).optional(),
  allowOverwrite: z.boolean().optional(),
  addRandomSuffix: z.boolean().optional(),
  onUploadCompleted: z.object({ callbackUrl: z.url(), tokenPayload: z.string().nullish() }).optional(),
});
export type ClientToken = z.infer<typeof ClientToken>;

/** What a browser's token allows; null if it was not signed with the store's own token. */
export function readClientToken(bearer: string, token: string): ClientToken | null {
  const encoded = /^vercel_blob_client_[^_]+_(.+)$/.exec(bearer)?.[1];
  if (encoded === undefined) return null;
  const [signature, payload = ""] = Buffer.from(encoded, "base64").toString().split(".");
  if (createHmac("sha256", token).update(payload).digest("hex") !== signature) return null;
  return ClientToken.parse(JSON.parse(Buffer.from(payload, "base64").toString()));
}
