import { runContractSuite } from "../kit/contract-suite.ts";
import { oker } from "./index.ts";
import { startOkerSimulator } from "./simulator/index.ts";

runContractSuite(oker, startOkerSimulator, {
  fields: { warehouseLocation: '{"OKR-BLR-01":"BLR1"}' },
  warehouses: ["OKR-BLR-01", "OKR-DEL-02"],
});
