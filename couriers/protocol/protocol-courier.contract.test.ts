import { runCourierSuite } from "../kit/contract-suite.ts";
import { protocolCourier } from "./index.ts";
import { startBench } from "./simulator/bench.ts";

runCourierSuite(protocolCourier, startBench);
