/** Starter Source's own contract: its types and checks work like those of the protocols. */
import { join } from "node:path";
import { addContract } from "../../../../contract/validators.ts";
import type { components, operations } from "./generated/starter-source.ts";

declare module "../../../../contract/types.ts" {
  interface ContractSchemas {
    "starter-source": components["schemas"];
  }
  interface ContractOperations {
    "starter-source": operations;
  }
}

export const STARTER_SOURCE_CONTRACT = "starter-source";

addContract(STARTER_SOURCE_CONTRACT, join(import.meta.dirname, "starter-source.openapi.yaml"));
