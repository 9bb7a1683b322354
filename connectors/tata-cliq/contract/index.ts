/** Tata CLiQ's contract as far as it is known, and as far as we assume it: its types and checks work like those of the protocols. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/tata-cliq.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    "tata-cliq": components["schemas"];
  }
  interface ContractOperations {
    "tata-cliq": operations;
  }
}

export const TATA_CLIQ_CONTRACT = "tata-cliq";

addContract(TATA_CLIQ_CONTRACT, join(import.meta.dirname, "tata-cliq.openapi.yaml"));
