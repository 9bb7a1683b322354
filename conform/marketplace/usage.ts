/** What the contract says of an operation besides its schemas. */
import { contractOf, isJson, resolve } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import type { MarketplaceOperation } from "./check.ts";

/** mandatory, optional or conditional, by `x-usage`. */
export function usageOf(id: MarketplaceOperation): string {
  const { method, path } = operation("marketplace", id);
  const found = resolve(contractOf("marketplace"), ["paths", path, method.toLowerCase()])?.value;
  return isJson(found) ? String(found["x-usage"]) : "optional";
}
