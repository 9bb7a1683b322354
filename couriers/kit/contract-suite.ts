/** The scenarios that every courier passes against its simulator, chosen by what it declares. A courier's test is one line. */
import { describe } from "vitest";
import type { Courier, CourierOperation } from "./courier.ts";
import { awayScenarios, hardshipScenarios } from "./suite/hardships.ts";
import { labelScenarios, manifestScenarios } from "./suite/papers.ts";
import { trackScenarios } from "./suite/tracking.ts";
import { cancelScenarios, updateScenarios, verifyScenarios, waybillScenarios } from "./suite/waybills.ts";
import { type CourierBench, type CourierWorld, makeCourierWorld } from "./suite/world.ts";

export type { CourierBench } from "./suite/world.ts";

/** Each capability's scenarios: the types want some for every operation that there is. */
const SCENARIOS: { readonly [K in CourierOperation]: (world: CourierWorld) => void } = {
  verify: (world) => {
    verifyScenarios(world);
    awayScenarios(world);
  },
  createWaybill: (world) => {
    waybillScenarios(world);
    hardshipScenarios(world, "createWaybill");
  },
  updateWaybill: (world) => {
    updateScenarios(world);
    hardshipScenarios(world, "updateWaybill");
  },
  cancelWaybill: (world) => {
    cancelScenarios(world);
    hardshipScenarios(world, "cancelWaybill");
  },
  track: (world) => {
    trackScenarios(world);
    hardshipScenarios(world, "track");
  },
  manifest: (world) => {
    manifestScenarios(world);
    hardshipScenarios(world, "manifest");
  },
  fetchLabel: (world) => {
    labelScenarios(world);
    hardshipScenarios(world, "fetchLabel");
  },
};

export function runCourierSuite(courier: Courier, start: () => Promise<CourierBench>): void {
  describe(`${courier.label} against its simulator`, () => {
    const world = makeCourierWorld(courier, start);
    const isOperation = (name: string): name is CourierOperation => name in SCENARIOS;
    for (const name of Object.keys(courier.operations).filter(isOperation)) SCENARIOS[name](world);
  });
}
