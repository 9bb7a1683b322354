import { z } from "zod";
import type { BusinessEvent } from "../../events/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, job } from "../../platform/jobs.ts";
import { dueTracking } from "../tracking.store.ts";

/** Does to packages what words that waited say. */
export const followParcelsJob = job("status-sync.follow_parcels", {
  payload: z.object({}),
  key: () => "all",
  queue: () => "all",
  attemptsMax: 3,
});

/** Packages that left: what couriers said of them before takes effect now. In the transaction in which they left. */
export async function followDispatched(tx: Tx, _ctx: Ctx, events: readonly BusinessEvent[]): Promise<void> {
  const left = events.flatMap((event) => (event.kind === "SHIPMENT_DISPATCHED" ? [event.shippingPackageId] : []));
  if (left.length > 0 && (await dueTracking(tx, left, 1)).length > 0) await enqueue(tx, followParcelsJob, {});
}
