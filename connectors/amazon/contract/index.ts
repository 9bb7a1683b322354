/** Amazon's interface, made from Amazon's own models: its types and checks work like those of the other contracts. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/amazon.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    amazon: components["schemas"];
  }
  interface ContractOperations {
    amazon: operations;
  }
}

export const AMAZON_CONTRACT = "amazon";

addContract(AMAZON_CONTRACT, join(import.meta.dirname, "amazon.openapi.yaml"));
