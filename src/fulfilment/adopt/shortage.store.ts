import type { Instant } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { Shortage, ShortageState, StockShortageId } from "./shortage.ts";

/** Shortages within the actor's facilities, locked, in the order of their ids. */
export function lockShortages(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  ids: readonly StockShortageId[],
): Promise<Shortage[]> {
  return tx.run(sql<Shortage>`
    select s.stock_shortage_id as "stockShortageId", s.state, s.facility_id as "facilityId", f.code as facility, s.sku_id as "skuId", k.code as sku,
      s.shipping_package_id as "shippingPackageId", p.code as package
    from godown.stock_shortage s
    join godown.facility f using (tenant_id, facility_id)
    join godown.sku k on k.tenant_id = s.tenant_id and k.sku_id = s.sku_id
    join godown.shipping_package p on p.tenant_id = s.tenant_id and p.shipping_package_id = s.shipping_package_id
    where s.tenant_id = ${tx.tenantId} and s.stock_shortage_id = any(${ids}::uuid[])
      and ${ctx.facilities === "all" ? sql`true` : sql`s.facility_id = any(${ctx.facilities}::uuid[])`}
    order by s.stock_shortage_id for update of s`);
}

export async function endShortages(
  tx: Tx,
  ids: readonly StockShortageId[],
  end: { readonly state: ShortageState; readonly by: string; readonly reason: string | null },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.stock_shortage set state = ${end.state}, ended_at = ${at}, ended_by = ${end.by}, reason = ${end.reason}
    where tenant_id = ${tx.tenantId} and stock_shortage_id = any(${ids}::uuid[])`);
}
