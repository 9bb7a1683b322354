import { runContractSuite } from "../kit/contract-suite.ts";
import { bazaarStreet } from "./index.ts";
import { startBazaarStreetSimulator } from "./simulator/index.ts";

runContractSuite(bazaarStreet, startBazaarStreetSimulator, {
  wrong: { unreadable: { lines: "none" }, nameless: { id: "" } },
  behaves: { holds: "nothing" },
});
