/** Flipkart's interface in our own description: its types and checks work like those of the other contracts. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/flipkart.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    flipkart: components["schemas"];
  }
  interface ContractOperations {
    flipkart: operations;
  }
}

export const FLIPKART_CONTRACT = "flipkart";

addContract(FLIPKART_CONTRACT, join(import.meta.dirname, "flipkart.openapi.yaml"));
