/** Reading a courier's answer: given, refused for what it asks, refused for its token. */
import { isJson, type Json } from "../../contract/compile.ts";
import { type SchemaName, validator } from "../../contract/validators.ts";
import { came, kindOf, mustFit, textOf } from "../answers.ts";
import type { Findings } from "../check.ts";
import type { Exchange } from "../exchange.ts";

/** The answer as an object, and all of it as a schema has it; null where there is none. */
export function expectShape(
  found: Findings,
  exchange: Exchange,
  what: string,
  status: number,
  schema: SchemaName<"shipping-provider">,
): Json | null {
  const { json } = exchange;
  if (exchange.status !== status) {
    found.must(`${what}: ${came(exchange)}${words(exchange)}, where ${status} is meant`, exchange);
    return null;
  }
  if (!isJson(json)) {
    found.must(`${what}: the answer is ${json === undefined ? "not JSON" : kindOf(json)}, not an object`, exchange);
    return null;
  }
  const checked = validator("shipping-provider", schema)(json);
  mustFit(found, checked, exchange, what);
  const missing = checked.ok ? [] : checked.errors.filter(({ message }) => message === "is required");
  for (const { path } of missing) {
    const twin = Object.keys(json).find((name) => name.toLowerCase() === path.toLowerCase());
    if (twin !== undefined) found.must(`${what}: there is "${twin}", and it must be written "${path}"`, exchange, twin);
  }
  return json;
}

/** A call that must be refused for what it asks: FAILED with 200, or 400; nothing given, and no fault of the server. */
export function expectRefused(found: Findings, exchange: Exchange, what: string): void {
  const { status, json } = exchange;
  if (status === null || (status !== 200 && status !== 400)) {
    found.must(`${what}: ${came(exchange)}${words(exchange)}, where 400 or FAILED is meant`, exchange);
    return;
  }
  const outcome = isJson(json) ? textOf(json.status) || textOf(json.Status) : "";
  if (status === 200 && !/^failed$/i.test(outcome))
    found.must(`${what}: 200, and status is ${outcome === "" ? "missing" : outcome}`, exchange, "status");
  else if (/^success$/i.test(outcome)) found.must(`${what}: 400, and status is ${outcome}`, exchange, "status");
  else if (isJson(json) && ["message", "reason", "errorMessage"].every((member) => textOf(json[member]) === ""))
    found.advise(`${what}: no reason is given`, exchange);
}

export function expectUnauthorized(found: Findings, exchange: Exchange, what: string): void {
  if (exchange.status !== 401) found.must(`${what}: ${came(exchange)}${words(exchange)}, where 401 is meant`, exchange);
}

/** What the courier itself said: ` (FAILED: no such pincode)`. */
export function words({ json }: Exchange): string {
  if (!isJson(json)) return "";
  const said = ["status", "Status", "reason", "message", "errorMessage"]
    .map((member) => textOf(json[member]))
    .filter((text) => text !== "");
  return said.length === 0 ? "" : ` (${said.join(": ").slice(0, 200)})`;
}
