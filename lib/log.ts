import pino from "pino";
import { errorFacts } from "@/lib/error-facts";

/** One line of JSON per event. Fields are ids, counts and durations: no secret, no payload. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** `error` is written with its stack and cause, which no client ever sees, and nothing else that hangs on it. */
  error(event: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void;
}

/** A log to standard output. */
export function createLog(level: string): Log {
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: "event",
    serializers: { err: (error: unknown) => errorFacts(error) },
  });
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, error, fields = {}) => logger.error({ ...fields, err: error }, event),
  };
}
