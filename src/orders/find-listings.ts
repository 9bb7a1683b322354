import type { ImportedLine } from "../../connectors/kit/index.ts";
import { markDirty } from "../channels/index.ts";
import { type ChannelId, newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { ListingFacts } from "./read-order.ts";
import * as store from "./receive.store.ts";

/** What orders' lines stand for; a listing that nobody has seen yet is made, so that it can be mapped. */
export async function listingsOf(
  tx: Tx,
  ctx: Ctx,
  orders: readonly { channelId: ChannelId; lines: readonly ImportedLine[] }[],
): Promise<Map<string, ListingFacts>> {
  const wanted = orders.flatMap(({ channelId, lines }) =>
    lines.map(({ channelProductId, productId, variantId, channelSku, title }) => ({
      channelId,
      channelProductId,
      productId,
      variantId,
      channelSku,
      title,
    })),
  );
  const distinct = [...new Map(wanted.map((w) => [store.listingKey(w), w])).values()];
  const found = await store.findListings(tx, distinct);
  const missing = distinct.filter((w) => !found.has(store.listingKey(w)));
  if (missing.length === 0) return found;
  const mapped = await store.makeListings(
    tx,
    missing.map((w) => ({ ...w, listingId: newId() })),
    ctx.now,
  );
  await markDirty(tx, { listingIds: mapped }); // on sale there already, and never told a figure
  return store.findListings(tx, distinct);
}
