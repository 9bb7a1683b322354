import { mapListings } from "../../src/channels/index.ts";
import { type ListingId, must } from "../../src/kernel/index.ts";
import { retryWaiting } from "../../src/orders/retry-intake.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { aSku } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { stock } from "./inventory-builders.ts";

/** Maps all listings of a tenant that no SKU stands for to one new, stocked SKU, and tries the orders that waited for it. */
export async function mapAll(t: TestDatabase, ctx: Ctx): Promise<void> {
  const { tenantId } = ctx;
  const skuId = await aSku(t.db, tenantId);
  const [facility] = await t.raw<{ id: Parameters<typeof stock>[2]; code: string }>(
    "select f.facility_id as id, s.code from godown.facility f join godown.sku s using (tenant_id) where f.tenant_id = $1 and s.sku_id = $2",
    [tenantId, skuId],
  );
  if (facility === undefined) throw new Error("the tenant has a facility");
  await stock(t, tenantId, facility.id, skuId, 100);
  const listings = await t.raw<{ listingId: ListingId }>(
    `select listing_id as "listingId" from godown.listing where tenant_id = $1 and sku_id is null`,
    [tenantId],
  );
  must(
    await mapListings(
      ctx,
      listings.map(({ listingId }) => ({ listingId, skuCode: facility.code })),
    ),
  );
  await retryWaiting(ctx, null);
}
