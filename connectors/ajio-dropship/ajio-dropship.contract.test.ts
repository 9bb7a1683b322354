import { runContractSuite } from "../kit/contract-suite.ts";
import { ajioDropship } from "./index.ts";
import { startAjioDropshipSimulator } from "./simulator/index.ts";

runContractSuite(ajioDropship, startAjioDropshipSimulator, { fields: { storeCode: "BLR1" } });
