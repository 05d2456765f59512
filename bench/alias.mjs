import { registerHooks } from "node:module";

// Node runs TypeScript by itself; all it lacks is our "@/" for the repository. A compiler that keeps names of
// functions would add to each closure what production does not pay.
const root = new URL("../", import.meta.url);
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("@/")
      ? next(new URL(/\.json$/.test(specifier) ? specifier.slice(2) : `${specifier.slice(2)}.ts`, root).href, context)
      : next(specifier, context),
});
