import { runContractSuite } from "../kit/contract-suite.ts";
import { paytm } from "./index.ts";
import { startPaytmSimulator } from "./simulator/index.ts";

runContractSuite(paytm, startPaytmSimulator);
