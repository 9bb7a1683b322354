/** Reading an answer: what every check of an operation wants of it before its own question. */
import { type Checked, isJson, type Json } from "../contract/compile.ts";
import type { Misfit } from "../contract/validators.ts";
import type { Findings } from "./check.ts";
import type { Exchange } from "./exchange.ts";

/** Statuses by which an implementation says that it has no such operation. */
const NOT_OFFERED = new Set([404, 405, 501]);

export function saysNotOffered({ status }: Exchange): boolean {
  return status !== null && NOT_OFFERED.has(status);
}

/** What came, in a few words: "HTTP 500", "no whole answer within 20000 ms". */
export function came(exchange: Exchange): string {
  if (exchange.status === null) return exchange.failure ?? "no answer";
  const to = exchange.headers.location;
  if (exchange.status >= 300 && exchange.status < 400 && to !== undefined)
    return `HTTP ${exchange.status}, a redirect, which is not followed: give the final address as --base-url`;
  return `HTTP ${exchange.status}`;
}

/**
 * Judges that a call was done: 200, JSON by label and by content. @returns the JSON, or undefined where there is none to look
 * at (a finding then says why).
 */
export function expectJson(found: Findings, exchange: Exchange, what: string): unknown {
  if (exchange.status !== 200) {
    found.must(`${what}: ${came(exchange)}, where 200 is meant`, exchange);
    return undefined;
  }
  if (exchange.json === undefined) {
    found.must(`${what}: the answer is not JSON${begins(exchange)}`, exchange);
    return undefined;
  }
  const type = exchange.headers["content-type"] ?? "";
  if (!/^application\/json\b/i.test(type))
    found.must(`${what}: Content-Type is ${type === "" ? "missing" : `"${type}"`}, not application/json`, exchange);
  return exchange.json;
}

function begins({ content }: Exchange): string {
  const text = content?.subarray(0, 40).toString("utf8").replaceAll(/\s+/g, " ").trim() ?? "";
  return text === "" ? ": it is empty" : ` (it begins with ${JSON.stringify(text)})`;
}

export interface Peeled {
  readonly body: Json;
  /** Name of the member that wraps it; null where nothing does. */
  readonly wrapper: string | null;
}

/** The documented object, also where an envelope stands around it: known by a member that it must have. */
export function peel(json: unknown, member: string): Peeled | null {
  if (!isJson(json)) return null;
  if (member in json) return { body: json, wrapper: null };
  for (const [name, inner] of Object.entries(json))
    if (isJson(inner) && member in inner) return { body: inner, wrapper: name };
  return { body: json, wrapper: null };
}

/** As `expectJson`, and an object that stands bare. @param member one that the documented object must have */
export function expectObject(found: Findings, exchange: Exchange, what: string, member: string): Json | null {
  const json = expectJson(found, exchange, what);
  if (json === undefined) return null;
  const peeled = peel(json, member);
  if (!peeled) {
    found.must(`${what}: the answer is ${kindOf(json)}, not an object with ${member}`, exchange);
    return null;
  }
  if (peeled.wrapper !== null)
    found.must(
      `${what}: the answer is wrapped in "${peeled.wrapper}"; the documented object must stand bare`,
      exchange,
    );
  return peeled.body;
}

/** What of an answer does not fit its schema, as findings. */
export function mustFit(
  found: Findings,
  checked: Checked<unknown>,
  exchange: Exchange,
  what: string,
  body: unknown = exchange.json,
): void {
  if (!checked.ok)
    for (const misfit of checked.errors) found.must(`${what}: ${inWords(misfit, body)}`, exchange, misfit.path);
}

/** "sla is required"; of a word that differs by case alone, that it does. */
export function inWords({ path, message }: Misfit, body: unknown): string {
  const name = path === "" ? "the answer" : path;
  const given = path === "" ? body : valueAt(body, path);
  const allowed = /^must be one of (.*)$/.exec(message)?.[1]?.split(", ");
  if (!allowed) return message === "is required" ? `${name} is missing` : `${name} ${message}, and is ${kindOf(given)}`;
  const twin =
    typeof given === "string" ? allowed.find((word) => word.toLowerCase() === given.toLowerCase()) : undefined;
  if (twin !== undefined) return `${name} is "${given}" and must be written ${twin}: values are case-sensitive`;
  return `${name} is ${typeof given === "string" ? JSON.stringify(given.slice(0, 60)) : kindOf(given)}, and must be one of ${allowed.join(", ")}`;
}

export function isWrongWord({ message }: Misfit): boolean {
  return message.startsWith("must be one of");
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const part of path.split("/")) {
    if (Array.isArray(at)) at = at[Number(part)];
    else if (isJson(at)) at = at[part];
    else return undefined;
  }
  return at;
}

export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return value === "" ? "an empty text" : "a text";
  return typeof value === "number" ? `the number ${value}` : `${String(value)}`;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** The objects of a list; what is no object is left out (the schema check names it). */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
