/** The portal's own contract: its types and checks work like those of the others. */
import { join } from "node:path";
import { addContract } from "../../../contract/validators.ts";
import type { components, operations } from "./generated/nic.ts";

declare module "../../../contract/types.ts" {
  interface ContractSchemas {
    nic: components["schemas"];
  }
  interface ContractOperations {
    nic: operations;
  }
}

export const NIC_CONTRACT = "nic";

addContract(NIC_CONTRACT, join(import.meta.dirname, "nic.openapi.yaml"));
