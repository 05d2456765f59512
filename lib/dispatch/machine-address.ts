/** Where machines call us. Whoever publishes, signs or verifies takes the address from here, for a signature names it. */
export const workerUrl = (baseUrl: string): string => new URL("/api/worker", baseUrl).href;
export const cronUrl = (baseUrl: string): string => new URL("/api/cron", baseUrl).href;
export const undeliveredUrl = (baseUrl: string): string => new URL("/api/qstash/undelivered", baseUrl).href;
