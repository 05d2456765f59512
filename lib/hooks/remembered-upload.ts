import { z } from "zod";
import { readStored, writeStored } from "@/lib/hooks/browser-storage";

const KEY = "longhaul.upload";

/** An upload that was begun here. A file is known again by its name, size and date: its content is not at hand. */
const RememberedUpload = z.object({
  uploadId: z.string(),
  name: z.string(),
  size: z.int(),
  lastModified: z.int(),
});
export type RememberedUpload = z.infer<typeof RememberedUpload>;

export const rememberedUpload = () => readStored(KEY, RememberedUpload);
export const rememberUpload = (upload: RememberedUpload) => writeStored(KEY, upload);
export const forgetUpload = () => writeStored(KEY, null);

export const isSameFile = (
  upload: Omit<RememberedUpload, "uploadId">,
  file: Pick<File, "name" | "size" | "lastModified">,
): boolean => upload.name === file.name && upload.size === file.size && upload.lastModified === file.lastModified;
