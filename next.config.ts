import type { NextConfig } from "next";

const config: NextConfig = {
  agentRules: false,
  typedRoutes: true,
  poweredByHeader: false,
  serverExternalPackages: ["ioredis", "pino", "papaparse"],
  // Minified, the loops over a statement's characters take half as long again; nobody downloads the server.
  experimental: { serverMinification: false },
};

export default config;
