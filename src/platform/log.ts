import { type Logger, pino } from "pino";

export type Log = Logger;

/** Personal data and secrets that must never reach a log, wherever they stand in a logged object. */
const REDACTED_KEYS = [
  "password",
  "securitykey",
  "authorization",
  "cookie",
  "apiKey",
  "accessToken",
  "access_token",
  "refresh_token",
  "secret",
  "token",
  "phone",
  "email",
  "addressLine1",
  "addressLine2",
  "line1",
  "line2",
  "buyerName",
];

/** One structured line per outcome. Secrets and buyers' data are struck out at any of the first four levels of an object. */
export function createLog(options: { level: string; name: string; destination?: { write(line: string): void } }): Log {
  const paths = REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);
  const settings = {
    level: options.level,
    redact: { paths, censor: "[redacted]" },
    base: { role: options.name },
    serializers: { err: describeError },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

const CAUSES_MAX = 4;

/**
 * What is told of an error. Only these members: a database's error carries the values of the row it is about (`detail`),
 * and the client it came from.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const told: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const member of ["code", "table", "constraint"] as const)
    if (member in error) told[member] = (error as unknown as Record<string, unknown>)[member];
  if (error.cause !== undefined && depth < CAUSES_MAX) told.cause = describeError(error.cause, depth + 1);
  if (error instanceof AggregateError && depth < CAUSES_MAX)
    told.errors = error.errors.map((e) => describeError(e, depth + 1));
  return told;
}
