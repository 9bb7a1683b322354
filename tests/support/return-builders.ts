import { addParcels, closeManifest, movePackages } from "../../src/fulfilment/index.ts";
import { must, type SaleOrderItemId, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { completePutaway, onPutawayComplete, type PutawayId } from "../../src/putaway/index.ts";
import { type AnnouncedReturn, announceReturn, returnsPutAway } from "../../src/returns/index.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";
import { aManifest, readyParcels } from "./hand-over-builders.ts";
import { aPushOrder } from "./order-builders.ts";
import type { Shop } from "./shop-builders.ts";

// As the composition root does it.
onPutawayComplete(returnsPutAway);

/** A parcel of so many units that has left on a closed manifest, and was delivered where that is said. */
export async function gone(
  t: TestDatabase,
  shop: Shop,
  over: { id?: string; quantity?: number; delivered?: boolean; price?: number } = {},
): Promise<ShippingPackageId> {
  const line = { productId: shop.productId, quantity: over.quantity ?? 1 };
  const order = aPushOrder([over.price === undefined ? line : { ...line, price: over.price }], {
    id: over.id ?? "JM-1",
  });
  const [parcel] = await readyParcels(t, shop, [order]);
  if (!parcel) throw new Error("a parcel is ready");
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [parcel] }));
  must(await closeManifest(t.ctx(shop.tenantId), manifestId));
  if (over.delivered)
    must(await t.db.transaction(shop.tenantId, (tx) => movePackages(tx, t.ctx(shop.tenantId), [parcel], "deliver")));
  return parcel;
}

/** A channel's word about order JM-1, unless said otherwise: it comes back, undelivered. */
export async function announced(
  t: TestDatabase,
  shop: Shop,
  over: Partial<AnnouncedReturn> = {},
): Promise<{ changed: boolean; doubt: boolean }> {
  return must(
    await t.db.transaction(shop.tenantId, (tx) =>
      announceReturn(tx, t.ctx(shop.tenantId), {
        ...{ channelId: shop.channelId, channelOrderId: "JM-1", kind: "RTO", products: null, lines: null },
        ...{ reason: "refused at the door", awb: null, courierCode: null, channelReturnId: null, warehouse: null },
        ...{ at: TEST_MORNING, via: "PUSH", ...over },
      }),
    ),
  );
}

export interface CaseRow {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly state: string;
  readonly via: string;
  /** States of its units, in the units' order. */
  readonly units: string[];
}

/** The returns of a tenant, in the order in which they were made. */
export function casesOf(t: TestDatabase, tenantId: TenantId): Promise<CaseRow[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<CaseRow>`
      select c.return_case_id as id, c.code, c.kind, c.state, c.announced_via as via, (
        select array_agg(i.state order by u.unit_no) from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
        where i.tenant_id = c.tenant_id and i.return_case_id = c.return_case_id) as units
      from godown.return_case c where c.tenant_id = ${tenantId} order by c.created_at, c.code`),
  );
}

/** Units of a parcel, in the units' order. */
export function unitsIn(
  t: TestDatabase,
  tenantId: TenantId,
  parcel: ShippingPackageId,
): Promise<{ id: SaleOrderItemId; code: string; state: string }[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<{ id: SaleOrderItemId; code: string; state: string }>`
      select sale_order_item_id as id, code, state from godown.sale_order_item
      where tenant_id = ${tenantId} and shipping_package_id = ${parcel} order by unit_no`),
  );
}

/** Completes a putaway list, every unit vouched for. */
export async function putAway(t: TestDatabase, tenantId: TenantId, putawayId: PutawayId): Promise<void> {
  must(await completePutaway(t.ctx(tenantId), { putawayId, confirmAll: true }));
}
