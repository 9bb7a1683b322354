/** Validators of the protocols, made from the contract files themselves.
 *
 *  `validator("marketplace", "Order")` checks one named schema; `operation("marketplace", "updateInventory")` checks what goes
 *  in and out of one call. Both are compiled when first used and then kept. Nothing is changed in the value: no
 *  defaults filled in, no members removed, no types coerced (an operation's query excepted, which arrives as text). */
import { type Checked, check, contractOf, reference } from "./compile.ts";
import type { ContractName, Schema, SchemaName } from "./types.ts";

export { addContract, type Checked, CONTRACT_NAMES, describeMisfits, type Misfit } from "./compile.ts";
export { type Operation, operation, operationIds } from "./operations.ts";
export type {
  ContractName,
  OperationId,
  PathOf,
  QueryOf,
  RequestBody,
  ResponseBody,
  Schema,
  SchemaName,
} from "./types.ts";

export type Validator<T> = (value: unknown) => Checked<T>;

/** Validator of a named schema. Throws for a name that the contract does not have. */
export function validator<C extends ContractName, S extends SchemaName<C>>(
  contract: C,
  schema: S,
): Validator<Schema<C, S>>;
/** With a type of the caller's own, which must be what the schema says. */
export function validator<T>(contract: ContractName, schema: string): Validator<T>;
export function validator(contract: ContractName, schema: string): Validator<unknown> {
  return (value) => check(compiled(contract, schema), value);
}

function compiled(name: ContractName, schema: string) {
  const validate = contractOf(name).ajv.getSchema(reference(name, ["components", "schemas", schema]));
  if (!validate) throw new Error(`the contract ${name} has no schema ${schema}`);
  return validate;
}
