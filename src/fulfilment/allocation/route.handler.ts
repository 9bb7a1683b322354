import { intakeChannels, markDirty } from "../../channels/index.ts";
import { allocateJob } from "../../inventory/index.ts";
import { type ChannelId, type FacilityId, newId, type SaleOrderId, type SkuId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueueAll, type JobOutcome } from "../../platform/jobs.ts";
import { freeAfterDemand, lockUnrouted, servedPins, type UnroutedUnit, writeRoutes } from "./allocation.store.ts";
import { chooseFacility, type FacilityChoice } from "./decide.ts";
import { ordersServedByRules } from "./served-by-rules.ts";

const ORDERS_PER_ROUND = 500;
const ROUNDS_MAX = 100;

/** Chooses facilities for the orders of a channel that named none, oldest demand first. */
export async function routeOrders(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const routed = await ctx.db.transaction(ctx.tenantId, (tx) => routeRound(tx, ctx, channelId));
    if (routed < ORDERS_PER_ROUND) return "done";
  }
  return { retry: `more than ${ORDERS_PER_ROUND * ROUNDS_MAX} orders waited for a facility` };
}

async function routeRound(tx: Tx, ctx: Ctx, channelId: ChannelId): Promise<number> {
  const units = await lockUnrouted(tx, channelId, ORDERS_PER_ROUND);
  const facilities = (await intakeChannels(tx, [channelId])).get(channelId)?.facilities ?? [];
  if (units.length === 0 || facilities.length === 0) return 0;
  const free = new Map<FacilityId, Map<SkuId, number>>();
  for (const row of await freeAfterDemand(
    tx,
    facilities.map((f) => f.facilityId),
    [...new Set(units.map((u) => u.skuId))],
  )) {
    const bySku = free.get(row.facilityId) ?? new Map<SkuId, number>();
    free.set(row.facilityId, bySku.set(row.skuId, row.free));
  }
  const pins = new Map(units.map((u) => [`${u.pincode} ${u.cod}`, { pincode: u.pincode, cod: u.cod }]));
  const served = await servedPins(tx, [...pins.values()]);
  const byRules = await ordersServedByRules(
    tx,
    [...byOrder(units).keys()].flatMap((saleOrderId) =>
      facilities.map(({ facilityId }) => ({ saleOrderId, facilityId })),
    ),
  );
  const routes: { saleOrderId: SaleOrderId; facilityId: FacilityId; choice: FacilityChoice; eventId: string }[] = [];
  for (const [saleOrderId, order] of byOrder(units)) {
    const wanted = new Map(order.map((u) => [u.skuId, u.units]));
    const first = order[0];
    const reachable = first !== undefined && (first.thirdPartyShipping || served.has(`${first.pincode} ${first.cod}`));
    const choice = chooseFacility(
      wanted,
      facilities.map((f) => ({
        ...f,
        served: byRules.get(`${saleOrderId} ${f.facilityId}`) ?? reachable,
        free: free.get(f.facilityId) ?? new Map(),
      })),
    );
    if (choice === null) continue;
    // The next order of this round sees this one's demand.
    const left = free.get(choice.chosen);
    for (const [skuId, quantity] of wanted) left?.set(skuId, (left.get(skuId) ?? 0) - quantity);
    routes.push({ saleOrderId, facilityId: choice.chosen, choice, eventId: newId() });
  }
  await writeRoutes(tx, routes, ctx.now);
  // Until now every channel subtracted them; from now on only those that sell from the chosen facility.
  await markDirty(tx, { skuIds: [...new Set(units.map((u) => u.skuId))] });
  await enqueueAll(
    tx,
    allocateJob,
    [...new Set(routes.map((r) => r.facilityId))].map((facilityId) => ({ facilityId })),
  );
  return byOrder(units).size;
}

function byOrder(units: readonly UnroutedUnit[]): Map<SaleOrderId, UnroutedUnit[]> {
  const orders = new Map<SaleOrderId, UnroutedUnit[]>();
  for (const unit of units) orders.set(unit.saleOrderId, [...(orders.get(unit.saleOrderId) ?? []), unit]);
  return orders;
}
