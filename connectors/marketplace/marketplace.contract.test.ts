import { runContractSuite } from "../kit/contract-suite.ts";
import { marketplace } from "./index.ts";
import { startMarketplaceSimulator } from "./simulator/index.ts";

runContractSuite(marketplace, startMarketplaceSimulator);
