import type { NextConfig } from "next";

const config: NextConfig = {
  agentRules: false,
  typedRoutes: true,
  poweredByHeader: false,
  serverExternalPackages: ["ioredis", "pino"],
};

export default config;
