import { type Refusal, refuse } from "../../kernel/index.ts";

const DEPTH_MAX = 64;

/**
 * Strict JSON in UTF-8 from a body's bytes; a byte order mark is passed over. Refuses, for every route alike, what
 * PostgreSQL cannot hold (U+0000, half of a surrogate pair) and nesting that would exhaust the stack further on.
 */
export function readJson(body: unknown): { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  if (!Buffer.isBuffer(body) || body.length === 0) return refuse("BODY_NOT_JSON", { detail: "the body is empty" });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    const fault = faultIn(value);
    return fault === undefined ? { ok: true, value } : refuse("BODY_NOT_JSON", { detail: fault });
  } catch (error) {
    return refuse("BODY_NOT_JSON", { detail: error instanceof Error ? error.message : String(error) });
  }
}

/** What cannot be stored or handled in a value made of strings, arrays and objects; undefined when all is well. */
export function faultIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") {
    if (value.includes("\0")) return "it contains the character U+0000";
    return value.isWellFormed() ? undefined : "it contains half of a surrogate pair";
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= DEPTH_MAX) return `it is nested deeper than ${DEPTH_MAX} levels`;
  if (Array.isArray(value)) {
    for (const member of value) {
      const fault = faultIn(member, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    const fault = faultIn(name) ?? faultIn(member, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** May a body of this content type be JSON? Some callers send none, or the default of their HTTP library. */
export function refuseMediaType(contentType: string | undefined): Refusal | undefined {
  if (contentType === undefined || contentType === "") return undefined;
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const charset = parameters.find((p) => p.startsWith("charset="))?.replace(/^charset="?([^"]*)"?$/, "$1");
  const isJson = type === "application/json" || /^application\/[\w.-]+\+json$/.test(type);
  if (isJson && (charset === undefined || charset === "utf-8" || charset === "utf8" || charset === "us-ascii"))
    return undefined;
  return refuse("MEDIA_TYPE", { mediaType: contentType.slice(0, 100) }).refusal;
}
