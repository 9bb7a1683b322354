/** Snapdeal's contract in our words: its types and checks work like those of the protocols. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/snapdeal.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    snapdeal: components["schemas"];
  }
  interface ContractOperations {
    snapdeal: operations;
  }
}

export const SNAPDEAL_CONTRACT = "snapdeal";

addContract(SNAPDEAL_CONTRACT, join(import.meta.dirname, "snapdeal.openapi.yaml"));
