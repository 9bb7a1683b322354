/** The scenarios that every connector passes against its simulator, chosen by what it declares. A connector's test is one line. */
import { describe, it } from "vitest";
import type { Connector, OperationName } from "./connector.ts";
import type { Capabilities } from "./declaration.ts";
import { listingScenarios, stockResultScenarios, stockScenarios, verifyScenarios } from "./suite/catalogue.ts";
import { consentScenarios } from "./suite/consent.ts";
import {
  courierScenarios,
  fileScenarios,
  invoiceScenarios,
  labelScenarios,
  manifestScenarios,
} from "./suite/documents.ts";
import { feedScenarios } from "./suite/feeds.ts";
import { hardshipScenarios, networkScenarios } from "./suite/network.ts";
import type { SuiteOptions } from "./suite/options.ts";
import { acknowledgeScenarios, orderScenarios, pendencyScenarios } from "./suite/orders.ts";
import { orderByIdScenarios } from "./suite/orders-by-id.ts";
import { packScenarios } from "./suite/packing.ts";
import { pushScenarios } from "./suite/pushes.ts";
import { createRecorder } from "./suite/record.ts";
import { creditNoteScenarios, gradeScenarios, irnScenarios } from "./suite/returns.ts";
import { statusScenarios } from "./suite/status.ts";
import { wakeUpScenarios } from "./suite/wake-ups.ts";
import { makeWorld, type Start, type World } from "./suite/world.ts";
import {
  cancelScenarios,
  reverseScenarios,
  shipmentScenarios,
  shipperScenarios,
  writeScenarios,
} from "./suite/writes.ts";
import { isRunnable, unfilledWords, unfinishedParts, unfinishedWords } from "./unfinished.ts";

/** Each capability's scenarios: the types want some for every capability that there is. */
const SCENARIOS: { readonly [K in keyof Required<Capabilities>]: (world: World) => void } = {
  verify: verifyScenarios,
  pullListings: listingScenarios,
  pushInventory: stockScenarios,
  pullOrders: orderScenarios,
  pullPendency: pendencyScenarios,
  acknowledge: acknowledgeScenarios,
  readStatuses: (world) => {
    statusScenarios(world);
    networkScenarios(world);
  },
  notifyState: (world) => writeScenarios(world, "notifyState"),
  notifyReturn: (world) => {
    writeScenarios(world, "notifyReturn");
    reverseScenarios(world);
  },
  dispatch: (world) => {
    writeScenarios(world, "dispatch");
    shipperScenarios(world);
  },
  cancel: (world) => {
    writeScenarios(world, "cancel");
    cancelScenarios(world);
  },
  fetchInvoice: invoiceScenarios,
  giveShipment: (world) => {
    writeScenarios(world, "giveShipment");
    shipmentScenarios(world);
  },
  fetchCourier: courierScenarios,
  fetchLabel: labelScenarios,
  fetchManifest: manifestScenarios,
  readOrders: orderByIdScenarios,
  pullStatuses: feedScenarios,
  pack: packScenarios,
  readStockResult: stockResultScenarios,
  redeemConsent: consentScenarios,
  downloadFile: fileScenarios,
  reportGrade: (world) => {
    writeScenarios(world, "reportGrade");
    gradeScenarios(world);
  },
  fetchCreditNote: creditNoteScenarios,
  giveIrn: irnScenarios,
};

/** Runs them. What was proved is written where the coverage page is made from (`suite/record.ts`). */
export function runContractSuite(connector: Connector, start: Start, options: SuiteOptions = {}): void {
  describe(`${connector.label} against its simulator`, () => {
    const parts = unfinishedParts(connector);
    it("is finished: everything that it declares is written and decided", () => {
      const words = unfinishedWords(connector.label, parts, options.toDecide ?? []);
      if (words !== null) throw new Error(words);
    });
    const recorder = createRecorder(connector.id);
    const world = makeWorld(connector, start, options, recorder.scenario);
    it("is given every credential that its form wants", () => {
      const words = unfilledWords(connector, world.fields);
      if (words !== null) throw new Error(words);
    });
    const can = connector.capabilities;
    const has = (name: string): name is OperationName => name in can && name in SCENARIOS;
    for (const name of Object.keys(SCENARIOS).filter(has)) {
      if (!isRunnable(name, parts)) continue; // it stands on the list above
      SCENARIOS[name](world);
      hardshipScenarios(world, name);
    }
    if (connector.rules.ordersArrive === "push" && !parts.some(({ part }) => part === "readOrder"))
      pushScenarios(world);
    if (connector.readWakeUp) wakeUpScenarios(world);
    recorder.close();
  });
}
