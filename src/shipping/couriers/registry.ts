import type { Courier } from "../../../couriers/kit/index.ts";
import { assert } from "../../kernel/index.ts";

const couriers = new Map<string, Courier>();

/** Makes the couriers of this installation known. Called by the composition root alone, which knows each of them. */
export function installCouriers(installed: readonly Courier[]): void {
  for (const courier of installed) couriers.set(courier.id, courier);
}

/** What a courier says of itself. An account's courier is always installed: unknown ones are refused when it is made. */
export function courierOf(id: string): Courier {
  const courier = couriers.get(id);
  assert(courier !== undefined, `the courier ${id} is installed`);
  return courier;
}

export function findCourier(id: string): Courier | undefined {
  return couriers.get(id);
}

export function allCouriers(): readonly Courier[] {
  return [...couriers.values()];
}
