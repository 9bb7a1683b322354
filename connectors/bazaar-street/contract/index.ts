/** Bazaar Street's own contract: its types and checks work like those of the protocols. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/bazaar-street.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    "bazaar-street": components["schemas"];
  }
  interface ContractOperations {
    "bazaar-street": operations;
  }
}

export const BAZAAR_STREET_CONTRACT = "bazaar-street";

addContract(BAZAAR_STREET_CONTRACT, join(import.meta.dirname, "bazaar-street.openapi.yaml"));
