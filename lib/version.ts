import manifest from "@/package.json" with { type: "json" };

/** The version of this application. */
export const VERSION: string = manifest.version;
