import { runContractSuite } from "../kit/contract-suite.ts";
import { wooplr } from "./index.ts";
import { startWooplrSimulator } from "./simulator/index.ts";

runContractSuite(wooplr, startWooplrSimulator);
