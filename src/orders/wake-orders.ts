import { allocateJob } from "../inventory/index.ts";
import type { ChannelId, FacilityId, SaleOrderId } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { routeOrdersJob } from "./jobs.ts";
import { waitingPlaces } from "./standing.store.ts";

/** Lets the waiting units of orders be routed and allocated: nothing holds them up here any more. */
export async function wakeOrders(tx: Tx, saleOrderIds: readonly SaleOrderId[]): Promise<void> {
  if (saleOrderIds.length === 0) return;
  const places = await waitingPlaces(tx, saleOrderIds);
  const facilities = new Set(places.flatMap((place) => place.facilityId ?? []));
  const channels = new Set(places.filter((place) => place.facilityId === null).map((place) => place.channelId));
  await wakePlaces(tx, facilities, channels);
}

/** Allocation in these facilities, and routing of what these channels' orders wait for. */
export async function wakePlaces(
  tx: Tx,
  facilities: ReadonlySet<FacilityId>,
  channels: ReadonlySet<ChannelId>,
): Promise<void> {
  await enqueueAll(
    tx,
    allocateJob,
    [...facilities].map((facilityId) => ({ facilityId })),
  );
  await enqueueAll(
    tx,
    routeOrdersJob,
    [...channels].map((channelId) => ({ channelId })),
  );
}
