/** Reading an answer of a marketplace: its refusals have shapes of their own. */
import { isJson, type Json } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import { came, expectObject, inWords, mustFit } from "../answers.ts";
import type { Findings } from "../check.ts";
import type { Exchange } from "../exchange.ts";
import type { MarketplaceOperation } from "./check.ts";

export {
  came,
  expectJson,
  expectObject,
  inWords,
  isWebAddress,
  isWrongWord,
  kindOf,
  objects,
  peel,
  saysNotOffered,
  textOf,
} from "../answers.ts";

/** As `expectObject`, and all of it as the contract has it. */
export function expectAnswer(
  found: Findings,
  id: MarketplaceOperation,
  exchange: Exchange,
  what: string,
  member: string,
): Json | null {
  const body = expectObject(found, exchange, what, member);
  if (body === null) return null;
  mustFit(found, operation("marketplace", id).response(200, body), exchange, what, body);
  return body;
}

/** A call that must be refused for what it asks: 400, with a body of the contract's shape. */
export function expectInvalid(found: Findings, id: MarketplaceOperation, exchange: Exchange, what: string): void {
  if (exchange.status !== 400) {
    found.must(`${what}: ${came(exchange)}, where 400 is meant`, exchange);
    return;
  }
  const shape = 'an object {"errors": [{code, message}]}';
  const checked = operation("marketplace", id).response(400, exchange.json);
  if (!isJson(exchange.json)) found.must(`${what}: the body of 400 is not ${shape}`, exchange);
  else if (!checked.ok)
    for (const misfit of checked.errors)
      found.must(`${what}: ${inWords(misfit, exchange.json)}`, exchange, misfit.path);
  else if (!Array.isArray(exchange.json.errors) || exchange.json.errors.length === 0)
    found.advise(`${what}: the body of 400 names no errors; ${shape} tells the caller what to change`, exchange);
}

/** A call that must be refused for its token: 401, with a body of the contract's shape. */
export function expectUnauthorized(found: Findings, id: MarketplaceOperation, exchange: Exchange, what: string): void {
  if (exchange.status !== 401) {
    found.must(`${what}: ${came(exchange)}, where 401 is meant`, exchange);
    return;
  }
  const { json } = exchange;
  if (!isJson(json)) {
    found.must(`${what}: the body of 401 is not a JSON object`, exchange);
    return;
  }
  const checked = operation("marketplace", id).response(401, json);
  if (!checked.ok)
    for (const misfit of checked.errors) found.must(`${what}: 401, ${inWords(misfit, json)}`, exchange, misfit.path);
  else if (!["reason", "description", "message"].some((member) => member in json))
    found.advise(`${what}: the body of 401 gives no reason`, exchange);
}
