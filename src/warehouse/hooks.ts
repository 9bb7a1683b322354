import type { FacilityId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

type OnFacilitySwitched = (tx: Tx, ctx: Ctx, facilityId: FacilityId) => Promise<void>;

const handlers: OnFacilitySwitched[] = [];

/** Called in the transaction in which a facility was switched on or off. */
export function onFacilitySwitched(handler: OnFacilitySwitched): void {
  if (!handlers.includes(handler)) handlers.push(handler);
}

export async function tellFacilitySwitched(tx: Tx, ctx: Ctx, facilityId: FacilityId): Promise<void> {
  for (const handler of handlers) await handler(tx, ctx, facilityId);
}
