import { refuseAll } from "@/lib/api/refuse";

/** An unknown address under `/api` answers a problem document, and not a page. */
export const { GET, POST, PUT, PATCH, DELETE } = refuseAll();
