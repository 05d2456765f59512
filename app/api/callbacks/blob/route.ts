import { blobUploaded } from "@/lib/api/blob-uploaded";
import { refuseAllBut } from "@/lib/api/refuse";

export const POST = blobUploaded;

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
