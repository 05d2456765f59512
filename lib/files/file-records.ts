import { z } from "zod";
import type { RecordKind } from "@/lib/core/record-store";

/** What an upload and the file that comes of it have in common. */
const Facts = z.object({
  name: z.string(),
  size: z.int().positive(),
  /** Every part has this many bytes, but the last: so a place in the file tells its part. */
  partSize: z.int().positive(),
});

/**
 * `sealed`: its file is being made, and its bytes stay as they are. `going`: it is being deleted. With the method
 * `blob` its only part is the whole file, which the browser writes past us.
 */
export const UPLOAD = {
  name: "upload",
  schema: Facts.extend({
    type: z.string(),
    state: z.enum(["open", "sealed", "going"]),
    method: z.enum(["parts", "blob"]).default("parts"),
  }),
} as const satisfies RecordKind;
export type UploadFacts = z.infer<typeof UPLOAD.schema>;

/**
 * An uploaded file: its facts here, its bytes where the upload's parts were put. What was written past us has the
 * file store's own mark of its content instead of a checksum.
 */
export const FILE = {
  name: "file",
  schema: Facts.extend({
    type: z.string(),
    sha256: z.string().nullable(),
    etag: z.string().optional(),
    /** Somebody looks whether it can go. Until it is gone it can be read, and whoever holds it takes this back. */
    isGoing: z.boolean(),
    /** Its bytes are deleted; the record stays for what comes late. */
    isGone: z.boolean().default(false),
  }),
} as const satisfies RecordKind;
export type FileFacts = z.infer<typeof FILE.schema>;

/** The claim of one job or schedule to one file. The file is its owner, the holder its id: no list grows in a record. */
export const FILE_USE = {
  name: "file-use",
  schema: z.object({ heldAt: z.int() }),
} as const satisfies RecordKind;

/** A file's id follows from its upload's, so that completing an upload twice cannot make two files. */
export const fileIdOf = (uploadId: string): string => uploadId.replace(/^upl_/, "file_");

/** The folder of an upload's parts, and of the file that comes of it. */
export const bytesFolder = (id: string): string => `uploads/${id.replace(/^(upl|file)_/, "")}/`;

/** The file of one part. Padded, so that the order of names is the order of parts. */
export const partFile = (id: string, n: number): string => `${bytesFolder(id)}${String(n).padStart(6, "0")}`;

/** How long an upload may take, and how long a file is kept that no job names. */
export const KEPT_MS = 24 * 3_600_000;

/** How long after its bytes were deleted an upload or a file is looked at once more, for a part or a use that came late. */
export const LATE_MS = 3_600_000;
