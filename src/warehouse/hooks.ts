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

type OnSeriesChanged = (tx: Tx, ctx: Ctx) => Promise<void>;

const seriesHandlers: OnSeriesChanged[] = [];

/** Called in the transaction in which a number series was made or changed: documents that wait for one can be numbered. */
export function onSeriesChanged(handler: OnSeriesChanged): void {
  if (!seriesHandlers.includes(handler)) seriesHandlers.push(handler);
}

export async function tellSeriesChanged(tx: Tx, ctx: Ctx): Promise<void> {
  for (const handler of seriesHandlers) await handler(tx, ctx);
}
