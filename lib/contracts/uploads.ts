import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

export { PART_SIZE } from "@/lib/core/upload";

const FileName = z.string().trim().min(1).max(255);

const UploadId = z.string().startsWith("upl_");
const FileId = z.string().startsWith("file_");

/** An uploaded file. */
export const FileView = z.object({
  fileId: FileId,
  name: z.string(),
  size: z.int(),
  /** Null for a file that went straight to the file store: it has an `etag` instead. */
  sha256: z.string().nullable(),
  etag: z.string().optional(),
});
export type FileView = z.infer<typeof FileView>;

const OnItsWay = z.object({
  uploadId: UploadId,
  partSize: z.int(),
  name: z.string(),
  size: z.int(),
  /** Numbers of the parts that have arrived, from 1. */
  parts: z.array(z.int()),
});

/** An upload on its way: which parts are here already. With `blob` there is one part, and the browser writes it. */
export const UploadView = z.discriminatedUnion("method", [
  OnItsWay.extend({ method: z.literal("parts") }),
  OnItsWay.extend({ method: z.literal("blob"), pathname: z.string() }),
]);
export type UploadView = z.infer<typeof UploadView>;

/** `POST /api/uploads` */
export const createUpload = defineContract({
  body: z.strictObject({
    name: FileName,
    size: z.int().nonnegative(),
    type: z.string().max(255).default("application/octet-stream"),
    /** `blob` asks to send the file straight to the file store; the reply says whether that is possible here. */
    method: z.enum(["parts", "blob"]).default("parts"),
  }),
  reply: UploadView,
});

/** `GET /api/uploads/:id`: to resume after a reload or a broken connection. */
export const readUpload = defineContract({ params: z.object({ id: UploadId }), reply: UploadView });

/** `PUT /api/uploads/:id/parts/:n`: the raw bytes of one part, as often as needed. */
export const putPart = defineContract({
  params: z.object({ id: UploadId, n: z.coerce.number().pipe(z.int().positive()) }),
  reply: z.object({ n: z.int(), size: z.int() }),
  isRepeated: true,
});

/** `POST /api/uploads/:id/token`: what a browser needs to write the file of a `blob` upload, and nothing else. */
export const authoriseUpload = defineContract({
  params: z.object({ id: UploadId }),
  reply: z.object({ type: z.literal("blob.generate-client-token"), clientToken: z.string() }),
});

/** `POST /api/uploads/:id/complete`. Repeating it answers the same file. */
export const completeUpload = defineContract({ params: z.object({ id: UploadId }), reply: FileView });

/** `PUT /api/files?name=…`: a small file in one call. */
export const putFile = defineContract({ query: z.object({ name: FileName }), reply: FileView });

/** `GET /api/files/:id`: the bytes, with ranges. */
export const readFile = defineContract({ params: z.object({ id: FileId }), reply: z.never() });
