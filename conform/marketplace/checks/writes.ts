/** Judging of batch answers: what failed is named, and the word says how much did. */
import type { Json } from "../../../contract/compile.ts";
import type { Exchange } from "../../exchange.ts";
import { expectAnswer, expectInvalid, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, type MarketplaceOperation } from "../check.ts";

/** Where an operation names what it could not do. */
export interface FailureList {
  readonly list: string;
  readonly id: string;
  readonly words: string;
}
export const ITEM_FAILURES: FailureList = { list: "orderItems", id: "orderItemId", words: "errorMessage" };
export const LISTING_FAILURES: FailureList = { list: "failedProductList", id: "variantId", words: "message" };

/** Done whole: SUCCESS, and nothing named as failed. */
export function expectDone(
  found: Findings,
  id: MarketplaceOperation,
  exchange: Exchange,
  what: string,
  of: FailureList,
): Json | null {
  const body = expectAnswer(found, id, exchange, what, "status");
  if (!body) return null;
  if (body.status !== "SUCCESS" && found.count === 0)
    found.must(`${what}: status is ${textOf(body.status)}${reasons(body, of)}`, exchange, "status");
  else if (body.status === "SUCCESS" && failuresIn(body, of).length > 0)
    found.must(`${what}: status is SUCCESS, and ${of.list} names failures`, exchange, of.list);
  return body;
}

/**
 * Refused and named: `refused` stand in the list with words, `taken` do not.
 * The word is FAILED where nothing was taken; both FAILED and PARTIAL_SUCCESS may be said where something could have been.
 */
export function expectNamed(
  found: Findings,
  id: MarketplaceOperation,
  exchange: Exchange,
  what: string,
  of: FailureList,
  asked: { readonly refused: readonly string[]; readonly taken?: readonly string[] },
): void {
  const body = expectAnswer(found, id, exchange, what, "status");
  if (!body) return;
  const named = new Map(failuresIn(body, of).map((row) => [textOf(row[of.id]), row]));
  if (body.status === "SUCCESS") found.must(`${what}: status is SUCCESS`, exchange, "status");
  for (const refused of asked.refused) {
    const row = named.get(refused);
    if (!row) found.must(`${what}: ${refused} is not named in ${of.list}`, exchange, of.list);
    else if (textOf(row[of.words]) === "")
      found.must(`${what}: ${refused} is named without ${of.words}`, exchange, of.list);
  }
  const taken = asked.taken ?? [];
  if (body.status === "PARTIAL_SUCCESS")
    for (const one of taken)
      if (named.has(one)) found.must(`${what}: ${one} is right, and is named as failed`, exchange, of.list);
  if (body.status === "PARTIAL_SUCCESS" && taken.length === 0)
    found.must(`${what}: status is PARTIAL_SUCCESS where all of it failed; FAILED is meant`, exchange, "status");
}

/** The answer's own words for what it refused: " (OI-1: not available)". */
export function reasons(body: Json, of: FailureList): string {
  const rows = failuresIn(body, of).slice(0, 3);
  return rows.length === 0
    ? ""
    : ` (${rows.map((row) => `${textOf(row[of.id])}: ${textOf(row[of.words]) || "no reason"}`).join("; ")})`;
}

function failuresIn(body: Json, of: FailureList): Json[] {
  // Operations may list what they took beside what they did not: a row without words is no failure, unless nothing else says so.
  const rows = objects(body[of.list]);
  return body.status === "SUCCESS" ? rows.filter((row) => textOf(row[of.words]) !== "") : rows;
}

/** `{}` is refused with 400: sent only with --write, since what an implementation makes of it is what is asked. */
export function emptyBodyCheck(prefix: string, operation: MarketplaceOperation, schema: string): Check {
  return {
    id: `${prefix}.bad-request`,
    operation,
    title: "an empty object as body is refused with 400",
    writes: true,
    contract: ["components", "schemas", schema],
    todo: 'Check the body before anything is done, and answer 400 {"errors": [{"code", "message"}]} for what is missing.',
    run: async (session) => {
      const found = findings();
      expectInvalid(found, operation, await session.withNothing(operation), "the body {}");
      return found.verdict();
    },
  };
}
