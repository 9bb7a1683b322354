/** AJIO's own contract, beside the protocol's: its types and checks work like those of the others. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/ajio-dropship.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    "ajio-dropship": components["schemas"];
  }
  interface ContractOperations {
    "ajio-dropship": operations;
  }
}

export const AJIO_CONTRACT = "ajio-dropship";

addContract(AJIO_CONTRACT, join(import.meta.dirname, "ajio-dropship.openapi.yaml"));
