import { head } from "@vercel/blob";
import { generateClientTokenFromReadWriteToken, type HandleUploadBody, handleUpload } from "@vercel/blob/client";
import { z } from "zod";
import { type BlobCallDeps, createBlobCall, nullIfNoBlob } from "@/lib/files/blob-call";
import { STORED_TYPE } from "@/lib/files/blob-write";
import type { DirectStore, UploadPlace } from "@/lib/files/direct-uploads";
import { partFile } from "@/lib/files/file-records";

interface BlobDirectDeps extends BlobCallDeps {
  readonly token: string;
  /** Where the service tells that a browser has written its file; null where it cannot reach us. */
  readonly callbackUrl: string | null;
}

const Place = z.object({ owner: z.string(), uploadId: z.string() });

const Completed = z.object({
  type: z.literal("blob.upload-completed"),
  payload: z.object({ blob: z.object({ pathname: z.string() }), tokenPayload: z.string() }),
});

/** Vercel Blob, as browsers write to it: with tokens that we sign, each for one path. */
export function createBlobDirectStore({ token, callbackUrl, ...deps }: BlobDirectDeps) {
  const call = createBlobCall(deps);

  const store: DirectStore = {
    authorise: ({ name: pathname, size: maximumSizeInBytes, validUntil, upload }) =>
      generateClientTokenFromReadWriteToken({
        token,
        pathname,
        maximumSizeInBytes,
        validUntil,
        allowedContentTypes: [STORED_TYPE],
        addRandomSuffix: false,
        allowOverwrite: false, // what was checked once stays as it is
        ...(callbackUrl === null ? {} : { onUploadCompleted: { callbackUrl, tokenPayload: JSON.stringify(upload) } }),
      }),

    async stat(name) {
      const found = await call((abortSignal) => head(name, { token, abortSignal })).catch(nullIfNoBlob);
      return found && { size: found.size, etag: found.etag };
    },
  };

  return {
    ...store,

    /** The body of a call that the service has signed; null if it cannot prove that. */
    async verifyCallback(request: Request): Promise<string | null> {
      const body = await request.text();
      const message = jsonOrNull(body);
      if (!Completed.safeParse(message).success) return null;
      try {
        // Parsed, it is what the schema says; whole, for the signature covers what the schema leaves out.
        await handleUpload({ token, request, body: message as HandleUploadBody, onBeforeGenerateToken: refuse });
        return body;
      } catch (error) {
        // The client says in one class, and of a signature of odd length in another, that it does not believe it.
        if (error instanceof RangeError || (error instanceof Error && error.message.startsWith("Vercel Blob: ")))
          return null;
        throw error;
      }
    },
  };
}

/** Which upload a verified callback is about; null if it makes no sense. */
export function readCallback(body: string): UploadPlace | null {
  const message = Completed.safeParse(jsonOrNull(body)).data;
  const place = Place.safeParse(jsonOrNull(message?.payload.tokenPayload ?? "")).data;
  return place && message?.payload.blob.pathname === partFile(place.uploadId, 1) ? place : null;
}

/** Tokens are asked for elsewhere, by their owner. */
const refuse = () => Promise.reject(new Error("This is no place to ask for a token."));

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
