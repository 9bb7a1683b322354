/** Examples of a contract file: what conform sends is made from them, so that it sends what the file shows. */
import { contractOf, isJson, type Json, resolve } from "../contract/compile.ts";
import type { ContractName } from "../contract/types.ts";

/** A copy of the example of a request's body. Throws where there is none, which a test would have shown. */
export function exampleBody(contract: ContractName, path: string, name = "typical"): Json {
  const at = ["paths", path, "post", "requestBody", "content", "application/json", "examples", name, "value"];
  const found = resolve(contractOf(contract), at)?.value;
  if (!isJson(found)) throw new Error(`the contract ${contract} has an example ${name} of ${path}`);
  return structuredClone(found);
}

/** The object at a member of an example. */
export function part(body: Json, member: string): Json {
  const found = body[member];
  const first: unknown = Array.isArray(found) ? found[0] : found;
  return isJson(first) ? first : {};
}
