/** Reading a partner's answer: accepted, refused for its form, refused for its token. */
import { isJson } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import { came, kindOf, mustFit, textOf } from "../answers.ts";
import type { Findings } from "../check.ts";
import type { Exchange } from "../exchange.ts";
import type { EventOperation } from "./options.ts";

/** An event that must be taken: 200, Success written so, and a message. */
export function expectSuccess(found: Findings, id: EventOperation, exchange: Exchange, what: string): void {
  const { status, json } = exchange;
  if (status === null || status < 200 || status >= 300) {
    found.must(`${what}: ${came(exchange)}${words(exchange)}, where 200 is meant`, exchange);
    return;
  }
  if (status !== 200) found.advise(`${what}: HTTP ${status}; 200 is what the contract has`, exchange);
  if (!isJson(json)) {
    found.must(`${what}: the answer is ${json === undefined ? "not JSON" : kindOf(json)}, not an object`, exchange);
    return;
  }
  const before = found.count;
  mustFit(found, operation("partner-notifications", id).response(200, json), exchange, what);
  if (json.status === "Failed") found.must(`${what}: status is Failed${words(exchange)}`, exchange, "status");
  else if (found.count === before && textOf(json.message) === "")
    found.advise(`${what}: message is empty`, exchange, "message");
}

/** What no partner can read: 400, or Failed; never Success, and no fault of the server. */
export function expectRejected(found: Findings, id: EventOperation, exchange: Exchange, what: string): void {
  const { status, json } = exchange;
  const isFailed = isJson(json) && json.status === "Failed";
  if (status === 400) {
    mustFit(found, operation("partner-notifications", id).response(400, json), exchange, `${what}, 400`);
    if (isJson(json) && json.status === "Success")
      found.must(`${what}: 400, and status is Success`, exchange, "status");
  } else if (status === 200 && isFailed)
    mustFit(found, operation("partner-notifications", id).response(200, json), exchange, what);
  else found.must(`${what}: ${came(exchange)}${words(exchange)}, where 400 or Failed is meant`, exchange);
}

/** A call whose token is not one: 401, with a body of the contract's shape. */
export function expectUnauthorized(found: Findings, id: EventOperation, exchange: Exchange, what: string): void {
  if (exchange.status !== 401) {
    found.must(`${what}: ${came(exchange)}${words(exchange)}, where 401 is meant`, exchange);
    return;
  }
  const { json } = exchange;
  const checked = operation("partner-notifications", id).response(401, json);
  // The status is what makes a hub ask for another token; its body is read by people alone.
  if (!checked.ok) found.advise(`${what}: the body of 401 is not {"status": "Failed", "message"}`, exchange);
}

/** What the partner itself said: ` (Failed: no such order)`. */
function words({ json }: Exchange): string {
  if (!isJson(json)) return "";
  const said = [textOf(json.status), textOf(json.message)].filter((text) => text !== "").join(": ");
  return said === "" ? "" : ` (${said.slice(0, 200)})`;
}
