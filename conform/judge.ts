/** Checks one after another, each with its verdict, whatever the implementation does. */
import { contractOf, isJson } from "../contract/compile.ts";
import type { ContractName } from "../contract/types.ts";
import { came, saysNotOffered } from "./answers.ts";
import { failed, skip, type Verdict } from "./check.ts";
import { TooManyCalls } from "./client.ts";
import type { Exchange } from "./exchange.ts";

/** The verdict of a check, also where it could not be finished. */
export function judged(work: () => Promise<Verdict>): Promise<Verdict> {
  return unlessTooMany(failed("could not be finished: it needs more calls than a run may make", null), work);
}

export async function unlessTooMany<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooManyCalls) return otherwise;
    throw error;
  }
}

/** Where an operation stands. */
export interface Place {
  readonly method: string;
  readonly path: string;
}

/** Of an operation by its operationId. Throws for one that the contract does not have. */
export function placeOf(contract: ContractName, id: string): Place {
  const { paths } = contractOf(contract).document;
  for (const [path, item] of Object.entries(isJson(paths) ? paths : {}))
    for (const [method, definition] of Object.entries(isJson(item) ? item : {}))
      if (isJson(definition) && definition.operationId === id) return { method: method.toUpperCase(), path };
  throw new Error(`the contract ${contract} has no operation ${id}`);
}

/**
 * The verdict where an operation is not offered: allowed for some, and for mandatory ones told once.
 * @param isFirst whether no check of the operation was judged before
 */
export function absent(place: Place, usage: string, exchange: Exchange | null, isFirst: boolean): Verdict {
  const words = exchange && saysNotOffered(exchange) ? came(exchange) : "no answer";
  if (usage !== "mandatory") return { ...skip(words), result: "NOT_OFFERED" };
  const { method, path } = place;
  return isFirst
    ? failed(`${method} ${path} is mandatory and not offered: ${words}`, exchange)
    : skip(`${method} ${path} is not offered`);
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
