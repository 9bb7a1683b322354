import { expect } from "vitest";
import { adoptLeft, type LeftLine, type LeftOrder, type LineLeft } from "../../src/fulfilment/index.ts";
import { must, type Result } from "../../src/kernel/index.ts";
import { aSku } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { unitsOf } from "./fulfilment-builders.ts";
import { aListing, aPushOrder, aSource, type LineSpec, receive } from "./order-builders.ts";
import { aShop, aTaxClass, type Shop } from "./shop-builders.ts";

/** A source that tells what was processed on its panel, and lets its customers cancel until dispatch. */
export const PANEL_SOURCE = "TEST_PANEL";
export function aPanelSource(): void {
  aSource(PANEL_SOURCE, {
    channelCancel: "dispatched",
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    thirdPartyShipping: { default: false, allowed: [true, false] },
  });
}

/** A shop whose channel has a panel, with so much stock of its SKU; `other` is a second product without stock. */
export interface PanelShop extends Shop {
  readonly other: string;
}

export async function aPanelShop(t: TestDatabase, over: Parameters<typeof aShop>[1] = {}): Promise<PanelShop> {
  const shop = await aShop(t, { source: PANEL_SOURCE, stock: 10, ...over });
  const skuId = await aSku(t.db, shop.tenantId, {
    taxClassId: await aTaxClass(t, shop.tenantId, 500),
    hsn: "62114210",
  });
  const { productId } = await aListing(t, shop.tenantId, shop.channelId, skuId);
  return { ...shop, other: productId };
}

/** An order of the shop's channel, received but not allocated. */
export async function anOrder(
  t: TestDatabase,
  shop: Shop,
  id: string,
  lines: readonly LineSpec[],
  over: Parameters<typeof aPushOrder>[1] = {},
): Promise<void> {
  const [receipt] = await receive(t, shop.tenantId, shop.channelId, [aPushOrder(lines, { id, ...over })]);
  expect(receipt?.state).toBe("CREATED");
}

/** "The first line left", unless said otherwise. */
export function aWord(id: string, line = 1, over: Partial<LeftLine> = {}): LeftLine {
  return { channelOrderItemId: `${id}-L${line}`, status: "DISPATCHED", quantity: null, changedAt: null, ...over };
}

/** The channel says that lines of an order left. */
export function says(
  t: TestDatabase,
  shop: Shop,
  id: string,
  lines: readonly LeftLine[] = [aWord(id)],
  parcels: LeftOrder["parcels"] = [],
): Promise<Result<readonly LineLeft[]>> {
  const ctx = t.ctx(shop.tenantId, { now: t.clock.now() });
  return t.db.transaction(shop.tenantId, (tx) =>
    adoptLeft(tx, ctx, { channelId: shop.channelId, channelOrderId: id, lines, parcels }),
  );
}

export async function outcomes(said: Promise<Result<readonly LineLeft[]>>): Promise<string[]> {
  return must(await said).map((line) => line.outcome);
}

export interface AdoptedPackage {
  readonly code: string;
  readonly state: string;
  readonly how: string | null;
  readonly units: number;
  readonly invoice: string | null;
  readonly awb: string | null;
}

/** Packages of a tenant with how they left, their units and their invoice. */
export function packagesIn(t: TestDatabase, shop: Shop): Promise<AdoptedPackage[]> {
  return t.raw<AdoptedPackage>(
    `select p.code, p.state, p.dispatched_how as how, p.awb,
       (select count(*)::integer from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') as units,
       (select i.state || ' ' || i.numbered_by from godown.invoice i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED') as invoice
     from godown.shipping_package p where p.tenant_id = $1 order by p.created_at, p.code`,
    [shop.tenantId],
  );
}

/** In short: "DISPATCHED ADOPTED 2 ISSUED SERIES". */
export async function parcelsIn(t: TestDatabase, shop: Shop): Promise<string[]> {
  return (await packagesIn(t, shop)).map((p) =>
    [p.state, p.how, p.units, p.invoice].filter((x) => x !== null).join(" "),
  );
}

export async function statesIn(t: TestDatabase, shop: Shop): Promise<string[]> {
  return (await unitsOf(t, shop.tenantId)).map((u) => `${u.state}${u.onHold ? " held" : ""}`);
}

export async function shortagesIn(t: TestDatabase, shop: Shop): Promise<string[]> {
  const rows = await t.raw<{ state: string }>(
    "select state from godown.stock_shortage where tenant_id = $1 order by at, stock_shortage_id",
    [shop.tenantId],
  );
  return rows.map((row) => row.state);
}

export async function eventsIn(t: TestDatabase, shop: Shop, kind: string): Promise<Record<string, unknown>[]> {
  const rows = await t.raw<{ facts: Record<string, unknown> }>(
    "select facts from godown.order_event where tenant_id = $1 and kind = $2 order by at, order_event_id",
    [shop.tenantId, kind],
  );
  return rows.map((row) => row.facts);
}

/** What the channel is told of an order: state and dispatch notices. */
export async function noticesIn(t: TestDatabase, shop: Shop): Promise<string[]> {
  const rows = await t.raw<{ kind: string; state: string | null }>(
    "select kind, package_state as state from godown.channel_notice where tenant_id = $1 order by seq",
    [shop.tenantId],
  );
  return rows.map((row) => `${row.kind} ${row.state ?? ""}`.trim());
}

/** Doubts that wait for a person. */
export async function doubtsIn(t: TestDatabase, shop: Shop): Promise<{ id: string; kind: string }[]> {
  return t.raw<{ id: string; kind: string }>(
    "select order_exception_id as id, kind from godown.order_exception where tenant_id = $1 and state = 'OPEN' order by opened_at, order_exception_id",
    [shop.tenantId],
  );
}
