import { markDirty } from "../../src/channels/index.ts";
import type { ChannelId, FacilityId, SkuId, TenantId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { aSku, aTenant } from "./builders.ts";
import { aConnectedChannel, aJupiter, ctxWith } from "./channel-builders.ts";
import type { TestDatabase } from "./database.ts";
import { stock } from "./inventory-builders.ts";
import { aListing, aPushOrder, JUPITER_PRODUCTS, receive } from "./order-builders.ts";

/** One variant of each product that the simulator offers. */
export const PUSHED_PRODUCTS = [...new Map(JUPITER_PRODUCTS.map((each) => [each.productId, each])).values()];

/** A live tenant with one SKU and one facility, connected to a simulated channel that is told stock. */
export interface PushScene {
  readonly jupiter: Awaited<ReturnType<typeof aJupiter>>;
  readonly tenantId: TenantId;
  readonly ctx: Ctx;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly pen: SkuId;
  /** The listing of the `n`th product, of the pen where no other SKU is given; it waits to be told. */
  listed(n: number, over?: Parameters<typeof aListing>[4] & { readonly skuId?: SkuId }): Promise<string>;
  /** Puts pieces onto the shelf. */
  put(quantity: number, skuId?: SkuId): Promise<unknown>;
  sell(n: number, quantity: number): Promise<void>;
  /** Every listing of the channel waits to be told (again). */
  dirty(force?: boolean): Promise<unknown>;
  /** The figure that the channel has, undefined before it was told one. */
  held(n: number): number | undefined;
  /** What we hold for told. */
  told(listingId: string): Promise<{ published: number | null; outcome: string | null; dirty: boolean }>;
}

export async function aPushScene(t: TestDatabase): Promise<PushScene> {
  const jupiter = await aJupiter();
  const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  const ctx = ctxWith(t, tenantId, jupiter.url);
  const { channelId, facilityId } = await aConnectedChannel(ctx, jupiter.username);
  const pen = await aSku(t.db, tenantId);
  const dirty = (force = false) => t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }, force));
  return {
    ...{ jupiter, tenantId, ctx, channelId, facilityId, pen, dirty },
    listed: async (n, { skuId = pen, ...over } = {}) => {
      const { productId, variantId } = pushedProduct(n);
      const { listingId } = await aListing(t, tenantId, channelId, skuId, { productId, ...over });
      await t.raw("update godown.listing set variant_id = $2, channel_product_id = $3 where listing_id = $1", [
        ...[listingId, variantId, `${productId}-${variantId}`],
      ]);
      await dirty();
      return listingId;
    },
    put: (quantity, skuId = pen) => stock(t, tenantId, facilityId, skuId, quantity),
    sell: async (n, quantity) => {
      const { productId, variantId } = pushedProduct(n);
      await receive(t, tenantId, channelId, [await aPushOrder([{ productId, quantity, over: { variantId } }])]);
    },
    held: (n) => (jupiter.state().stock as Record<string, { quantity: number }>)[pushedProduct(n).productId]?.quantity,
    told: (listingId) =>
      t.db.read(tenantId, (tx) =>
        tx.one(sql<{ published: number | null; outcome: string | null; dirty: boolean }>`
          select l.published, l.publish_outcome as outcome,
            exists (select from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.listing_id = l.listing_id) as dirty
          from godown.listing l where l.tenant_id = ${tenantId} and l.listing_id = ${listingId}`),
      ),
  };
}

export function pushedProduct(n: number) {
  const found = PUSHED_PRODUCTS[n];
  if (!found) throw new Error(`the simulator offers product ${n}`);
  return found;
}
