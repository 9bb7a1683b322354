import { findSource, markDirty } from "../channels/index.ts";
import type { SaleOrderItemId } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { listingsOfUnits } from "./cancel.store.ts";

/**
 * Units were cancelled, by the seller or on the channel. Where the channel stops selling a listing then, its figure is told again,
 * though it may be the one that was told last.
 */
export async function pushAfterCancel(tx: Tx, unitIds: readonly SaleOrderItemId[]): Promise<void> {
  const sold = await listingsOfUnits(tx, unitIds);
  const listingIds = sold
    .filter(({ source }) => findSource(source)?.rules.stockAfterCancel === "push-again")
    .map((each) => each.listingId);
  await markDirty(tx, { listingIds }, true);
}
