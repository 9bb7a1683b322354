import { allocateJob } from "../inventory/index.ts";
import type { ChannelId, FacilityId, SaleOrderId } from "../kernel/index.ts";
import { routeOrdersJob, WAITING_STATES } from "../orders/index.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { judgeServiceJob } from "./judge-service.ts";
import { facilitiesNotServed, lockUnits } from "./store.ts";

/** Lets the waiting units of an order be routed and allocated. */
export async function wakeAllocation(tx: Tx, saleOrderId: SaleOrderId, channelId: ChannelId): Promise<void> {
  const waiting = (await lockUnits(tx, saleOrderId)).filter((u) => WAITING_STATES.includes(u.state));
  await wakeFacilities(tx, waiting);
  if (waiting.some((u) => u.facilityId === null)) await enqueueAll(tx, routeOrdersJob, [{ channelId }]);
}

/** Lets allocation look again at the facilities of waiting units. */
export async function wakeFacilities(
  tx: Tx,
  waiting: readonly { readonly facilityId: FacilityId | null }[],
): Promise<void> {
  const facilities = [...new Set(waiting.flatMap((u) => u.facilityId ?? []))];
  await enqueueAll(
    tx,
    allocateJob,
    facilities.map((facilityId) => ({ facilityId })),
  );
}

/** Couriers, their pincodes or the shipping rules changed: what no courier served is looked at again, and packages that may be served no longer, in the transaction that changed them. */
export async function wakeUnserved(tx: Tx): Promise<void> {
  await enqueueAll(tx, judgeServiceJob, [{}]);
  const facilities = await facilitiesNotServed(tx);
  await wakeFacilities(
    tx,
    facilities.map((facilityId) => ({ facilityId })),
  );
}
