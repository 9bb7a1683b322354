/** What came from Amazon, checked by its models. Words that a model does not list are no fault: Amazon adds words without a new version. */
import { contractOf, describeMisfits, reference } from "../../../contract/compile.ts";
import type { Schema, SchemaName } from "../../../contract/types.ts";
import { AMAZON_CONTRACT } from "../contract/index.ts";

export type Fits<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly words: string };

/** Is it what the named schema says, but for words? */
export function fitsSchema<S extends SchemaName<"amazon">>(schema: S, value: unknown): Fits<Schema<"amazon", S>> {
  return fitsAt<Schema<"amazon", S>>(["components", "schemas", schema], value);
}

/** The same, of a schema that stands at a place of the contract. */
export function fitsAt<T>(place: readonly string[], value: unknown): Fits<T> {
  const check = contractOf(AMAZON_CONTRACT).ajv.getSchema<T>(reference(AMAZON_CONTRACT, place));
  if (!check) throw new Error(`the contract ${AMAZON_CONTRACT} has a schema at ${place.join("/")}`);
  const isRight = check(value);
  const faults = (isRight ? [] : (check.errors ?? [])).filter((error) => error.keyword !== "enum");
  // With words left aside it is what the type says, where a word may be any text: the maps look words up in tables.
  const isButForWords = (given: unknown): given is T => faults.length === 0 && given === value;
  if (isButForWords(value)) return { ok: true, value };
  const misfits = faults.slice(0, 5).map((error) => ({
    path: error.instancePath.slice(1),
    message:
      error.keyword === "required"
        ? `${String(error.params.missingProperty)} is required`
        : (error.message ?? `does not satisfy ${error.keyword}`),
  }));
  return { ok: false, words: describeMisfits(misfits, "answer") };
}
