import { runContractSuite } from "../kit/contract-suite.ts";
import { shopclues } from "./index.ts";
import { startShopcluesSimulator } from "./simulator/index.ts";

runContractSuite(shopclues, startShopcluesSimulator);
