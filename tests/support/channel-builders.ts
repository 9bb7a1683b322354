import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator, SimulatorOptions } from "../../connectors/kit/simulator/index.ts";
import "../../src/app/sources.ts";
import { addChannel, connectChannel, type NoticeId, setCredentials } from "../../src/channels/index.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  newId,
  type SaleOrderId,
  type TenantId,
} from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { aFacility, aTenant, next } from "./builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";

export const SIM_PASSWORD = "a password of the simulator";

/** A Jupiter Money simulator with one seller of its own. */
export async function aJupiter(options: SimulatorOptions = {}): Promise<RunningSimulator & { username: string }> {
  const username = `seller-${next()}`;
  const running = await startJupiterMoneySimulator({ sellers: [{ username, password: SIM_PASSWORD }], ...options });
  return { ...running, username };
}

/** The context of a tenant whose operator has set the simulator's address as Jupiter Money's. */
export function ctxWith(t: TestDatabase, tenantId: TenantId, url: string | null, over: Partial<Ctx> = {}): Ctx {
  return t.ctx(tenantId, { sourceUrls: new Map(url === null ? [] : [["JUPITER_MONEY", url]]), ...over });
}

/** A channel added, given credentials and connected the way a person does it. */
export async function aConnectedChannel(
  ctx: Ctx,
  username: string,
  over: { facilityId?: FacilityId; notifyOnDispatch?: boolean } = {},
): Promise<{ channelId: ChannelId; facilityId: FacilityId }> {
  const facilityId = over.facilityId ?? (await aFacility(ctx.db, ctx.tenantId));
  const { facilityId: _, ...settings } = over;
  const added = must(
    await addChannel(ctx, {
      source: "JUPITER_MONEY",
      name: `Jupiter_${next()}`,
      settings: { facilities: [{ facilityId, channelWarehouse: null }], ...settings },
    }),
  );
  must(await setCredentials(ctx, added.channelId, { username, password: SIM_PASSWORD }));
  const tried = must(await connectChannel(ctx, added.channelId));
  if (!tried.connected) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
  return { channelId: added.channelId, facilityId };
}

/** Sets or clears faults of a simulator. */
export async function setFaults(
  sim: { url: string },
  wish: Record<string, unknown> | readonly Record<string, unknown>[] | null,
): Promise<void> {
  const answer = await fetch(`${sim.url}/_sim/faults`, { method: "POST", body: JSON.stringify(wish ?? {}) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** An order that stands on the simulator and here alike: one line of n units. It was not pushed. */
export async function anOrderOnBothSides(
  t: TestDatabase,
  ctx: Ctx,
  sim: RunningSimulator,
  channelId: ChannelId,
  skuId: string,
  quantity = 1,
): Promise<{
  saleOrderId: SaleOrderId;
  channelOrderId: string;
  lineId: string;
  productId: string;
  variantId: string;
  unitIds: string[];
}> {
  const { id } = await sim.placeOrder({ items: [{ sku: "MILTON-FLASK-1L", quantity }], push: false });
  const orders = sim.state().orders as {
    id: string;
    items: { orderItemId: string; productId: string; variantId: string }[];
  }[];
  const line = orders.find((order) => order.id === id)?.items[0];
  if (!line) throw new Error("the simulator holds the order");
  const saleOrderId = newId<"SaleOrder">();
  const unitIds = Array.from({ length: quantity }, () => newId<"SaleOrderItem">());
  await t.db.transaction(ctx.tenantId, async (tx) => {
    await tx.run(sql`
      insert into godown.sale_order (tenant_id, sale_order_id, channel_id, channel_order_id, code, display_code, state, third_party_shipping, package_type, payment_type, placed_at, dispatch_by, total_paise, created_at, updated_at)
      values (${ctx.tenantId}, ${saleOrderId}, ${channelId}, ${id}, ${id}, ${id}, 'CREATED', false, 'FLEXIBLE', 'PREPAID', ${TEST_MORNING}, ${TEST_MORNING}, 100, ${TEST_MORNING}, ${TEST_MORNING})`);
    for (const [i, unitId] of unitIds.entries())
      await tx.run(sql`
        insert into godown.sale_order_item (tenant_id, sale_order_item_id, sale_order_id, unit_no, code, channel_order_item_id, product_id, variant_id, channel_sku, sku_id, state, selling_price_paise, total_paise, created_at, state_changed_at)
        values (${ctx.tenantId}, ${unitId}, ${saleOrderId}, ${i + 1}, ${`${id}-${i + 1}`}, ${line.orderItemId}, ${line.productId}, ${line.variantId}, 'x', ${skuId}, 'CREATED', 100, 100, ${TEST_MORNING}, ${TEST_MORNING})`);
  });
  const { orderItemId: lineId, productId, variantId } = line;
  return { saleOrderId, channelOrderId: id, lineId, productId, variantId, unitIds };
}

/** A package of an order, for notices that name one. */
export async function aPackageRow(
  t: TestDatabase,
  tenantId: TenantId,
  of: { saleOrderId: SaleOrderId; channelId: ChannelId; facilityId: FacilityId },
) {
  const id = newId<"ShippingPackage">();
  await t.db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
      values (${tenantId}, ${id}, ${of.saleOrderId}, ${of.channelId}, ${of.facilityId}, ${`P${next()}`}, 'CREATED', false, ${TEST_MORNING}, ${TEST_MORNING}, ${TEST_MORNING})`),
  );
  return id;
}

/** Notices of an order in the order in which they go out. */
export function noticesOf(t: TestDatabase, tenantId: TenantId, saleOrderId: SaleOrderId) {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<{
      noticeId: NoticeId;
      kind: string;
      packageState: string | null;
      state: string;
      message: string | null;
      needsPerson: boolean;
      attempts: number;
    }>`
      select channel_notice_id as "noticeId", kind, package_state as "packageState", state, last_message as message, needs_person as "needsPerson", attempts
      from godown.channel_notice where sale_order_id = ${saleOrderId} order by seq`),
  );
}

/** Which jobs of a kind wait in the queue. */
export async function waitingJobs(t: TestDatabase, name: string): Promise<unknown[]> {
  const rows = await t.raw<{ payload: { payload: unknown } }>(
    "select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = $1 order by j.id",
    [name],
  );
  return rows.map((row) => row.payload.payload);
}

export interface Place {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
}

/** A tenant with one facility. */
export async function aPlace(t: TestDatabase, over: Parameters<typeof aTenant>[1] = {}): Promise<Place> {
  const tenantId = await aTenant(t.db, over);
  return { tenantId, facilityId: await aFacility(t.db, tenantId) };
}

/** A channel with settings and credentials, not connected. */
export async function aConfigured(
  t: TestDatabase,
  place: Place,
  over: { name?: string; username?: string } = {},
): Promise<ChannelId> {
  const ctx = t.ctx(place.tenantId);
  const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
  const name = over.name ?? `Jupiter_${next()}`;
  const { channelId } = must(await addChannel(ctx, { source: "JUPITER_MONEY", name, settings: { facilities } }));
  must(await setCredentials(ctx, channelId, { username: over.username ?? `user-${next()}`, password: "hush hush" }));
  return channelId;
}

/** Marks of a tenant's listings. */
export function dirtyOf(t: TestDatabase, tenantId: TenantId) {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<{ listingId: string; mark: number; force: boolean }>`
      select listing_id as "listingId", mark, force from godown.listing_dirty order by listing_id`),
  );
}
