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
    name: options.name,
    level: options.level,
    redact: { paths, censor: "[redacted]" },
    base: { role: options.name },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
