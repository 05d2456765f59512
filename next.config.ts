import type { NextConfig } from "next";

/** For every answer. What a page may load stands in `proxy.ts`, for it changes with each page. */
const HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  // Addresses here carry tokens and ids: they are nobody else's business.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
];

/** The proxy leaves out what looks like a file; where there is none, the page that says so runs no script. */
const NO_SCRIPTS =
  "default-src 'self'; script-src 'none'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const config: NextConfig = {
  agentRules: false,
  typedRoutes: true,
  poweredByHeader: false,
  serverExternalPackages: ["ioredis", "pino", "papaparse"],
  // What the tracer takes for data, for a file's name is put together from variables beside it.
  outputFileTracingExcludes: { "/**": ["./lib/**", "./tests/**", "./app/**", "./.data/**"] },
  // Minified, the loops over a statement's characters take half as long again; nobody downloads the server.
  experimental: { serverMinification: false },
  headers: async () => [
    { source: "/:path*", headers: HEADERS },
    {
      source: "/((?!api/|_next/).*\\..*)",
      headers: [{ key: "Content-Security-Policy", value: NO_SCRIPTS }],
    },
  ],
};

export default config;
