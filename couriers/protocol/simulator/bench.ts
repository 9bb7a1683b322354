/** The simulated courier as the suite of couriers wants it. */
import { faultWish } from "../../../connectors/kit/simulator/faults.ts";
import type { CourierBench } from "../../kit/contract-suite.ts";
import type { Happening } from "../../kit/suite/world.ts";
import { startCourierSimulator } from "./index.ts";
import type { CourierSimulatorOptions } from "./types.ts";
import type { Step } from "./vocabulary.ts";

const ACCOUNT = { username: "suite-shipper", password: "suite-password", account: { addressIds: "WH-1" } };

const STEP_OF: Readonly<Record<Happening, Step>> = {
  PICKED_UP: "pickup",
  UNDELIVERED: "undelivered",
  DELIVERED: "deliver",
  RTO: "rto",
};

const LATE_MS = 50;

export async function startBench(options: CourierSimulatorOptions = {}): Promise<CourierBench> {
  const simulator = await startCourierSimulator({ accounts: [ACCOUNT], ...options });
  const { username, password } = ACCOUNT;
  return {
    url: simulator.url,
    fields: { username, password },
    wrongFields: { username, password: "another" },
    settings: { labelBy: "courier", manifests: true },
    reset: () => simulator.reset(),
    fault: (wish) => simulator.fault(faultWish.parse({ delayMs: LATE_MS, ...wish })),
    happen: async (awb, what, reason) =>
      void (await simulator.act(awb, STEP_OF[what], reason === undefined ? {} : { reason })),
    say: async (awb, status) => void (await simulator.act(awb, "word", { status })),
    repeats: (repeat) => {
      simulator.settings({ repeat });
      return { repeatGivesSame: repeat === "same" };
    },
    parcels: () =>
      simulator.parcels().map(({ id, code, direction, grams, cancelledAt }) => {
        return { awb: id, code, direction, grams, cancelled: cancelledAt !== null };
      }),
    close: () => simulator.close(),
  };
}
