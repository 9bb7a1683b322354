import { runContractSuite } from "../kit/contract-suite.ts";
import { jupiterMoney } from "./index.ts";
import { startJupiterMoneySimulator } from "./simulator/index.ts";

runContractSuite(jupiterMoney, startJupiterMoneySimulator, { fields: { vendorCode: "suite-seller" } });
