import { runContractSuite } from "../kit/contract-suite.ts";
import { voonik } from "./index.ts";
import { startVoonikSimulator } from "./simulator/index.ts";

runContractSuite(voonik, startVoonikSimulator);
