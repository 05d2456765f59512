import { createBlobFileStore } from "@/lib/files/blob-file-store";
import { describeFileStore } from "@/tests/conformance/file-store";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN } from "@/tests/support/blob-service";

const network = useBlobNetwork();
const wait = async () => {};

describeFileStore("Vercel Blob", async () => {
  network.reset();
  return createBlobFileStore({ token: BLOB_TOKEN, wait });
});
