import type {
  ChannelId,
  FacilityId,
  Instant,
  ManifestId,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
  SkuId,
} from "../../kernel/index.ts";
import { newId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import { releaseHeld } from "../held.store.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { lockManifest } from "../manifest/store.ts";

/** What decides whether a channel's word that something left is adopted. */
export interface PanelRule {
  readonly source: string;
  readonly channelCode: string;
  readonly thirdPartyShipping: boolean;
  readonly onPanel: "ADOPT" | "ASK";
}

export function panelRule(tx: Tx, channelId: ChannelId, channelOrderId: string): Promise<PanelRule | undefined> {
  return tx.first(sql<PanelRule>`
    select c.source, c.code as "channelCode", o.third_party_shipping as "thirdPartyShipping", c.dispatched_on_panel as "onPanel"
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = ${channelOrderId}`);
}

/**
 * Locks the open manifests that packages of an order are on: they are locked before orders, units and packages. One that a
 * package is put on after this is not among them, and who finds such a package waits and looks again.
 */
export async function lockManifestsOf(
  tx: Tx,
  channelId: ChannelId,
  channelOrderId: string,
  now: Instant,
): Promise<Map<ManifestId, Manifest>> {
  const rows = await tx.run(sql<{ id: ManifestId }>`
    select distinct m.manifest_id as id
    from godown.sale_order o
    join godown.shipping_package p using (tenant_id, sale_order_id)
    join godown.manifest_package mp using (tenant_id, shipping_package_id)
    join godown.manifest m using (tenant_id, manifest_id)
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = ${channelOrderId} and m.state = 'CREATED'
    order by 1`);
  const locked = new Map<ManifestId, Manifest>();
  for (const { id } of rows) {
    const manifest = await lockManifest(tx, id, "shared", now);
    if (manifest?.state === "CREATED") locked.set(id, manifest);
  }
  return locked;
}

/** What of a unit only adoption asks for. */
export interface UnitPlace {
  readonly unitId: SaleOrderItemId;
  readonly packetNumber: number;
  /** It left, by a manifest of ours. */
  readonly byHand: boolean;
}

export function unitPlaces(tx: Tx, saleOrderId: SaleOrderId): Promise<UnitPlace[]> {
  return tx.run(sql<UnitPlace>`
    select u.sale_order_item_id as "unitId", u.packet_number as "packetNumber", coalesce(p.dispatched_how = 'MANIFEST', false) as "byHand"
    from godown.sale_order_item u
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId}`);
}

/** The open manifest of each package that is on one. */
export function manifestsOf(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<{ shippingPackageId: ShippingPackageId; manifestId: ManifestId; code: string }[]> {
  return tx.run(sql<{ shippingPackageId: ShippingPackageId; manifestId: ManifestId; code: string }>`
    select mp.shipping_package_id as "shippingPackageId", m.manifest_id as "manifestId", m.code
    from godown.manifest_package mp join godown.manifest m using (tenant_id, manifest_id)
    where mp.tenant_id = ${tx.tenantId} and mp.shipping_package_id = any(${ids}::uuid[]) and m.state = 'CREATED'`);
}

/** Steps of packages that their channel is asked for at this moment; the packages are locked. */
export function stepsAsked(
  tx: Tx,
  ids: readonly ShippingPackageId[],
  now: Instant,
): Promise<{ package: string; step: "INVOICE" | "LABEL" }[]> {
  return tx.run(sql<{ package: string; step: "INVOICE" | "LABEL" }>`
    select p.code as package, s.step from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
    where s.tenant_id = ${tx.tenantId} and s.shipping_package_id = any(${ids}::uuid[]) and s.state = 'ASKING' and s.asking_until > ${now}
    order by p.code, s.step`);
}

/** Who numbered the invoices of packages that are not cancelled. */
export function invoiceNumberedBy(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<{ shippingPackageId: ShippingPackageId; numberedBy: "SERIES" | "CHANNEL" }[]> {
  return tx.run(sql<{ shippingPackageId: ShippingPackageId; numberedBy: "SERIES" | "CHANNEL" }>`
    select shipping_package_id as "shippingPackageId", numbered_by as "numberedBy" from godown.invoice
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) and state <> 'CANCELLED'`);
}

/** A package in CREATED of an order, without units yet. */
export async function insertPackage(
  tx: Tx,
  made: {
    readonly shippingPackageId: ShippingPackageId;
    readonly saleOrderId: SaleOrderId;
    readonly facilityId: FacilityId;
    readonly code: string;
  },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
    select tenant_id, ${made.shippingPackageId}, sale_order_id, channel_id, ${made.facilityId}, ${made.code}, 'CREATED', third_party_shipping, ${at}, ${at}, ${at}
    from godown.sale_order where tenant_id = ${tx.tenantId} and sale_order_id = ${made.saleOrderId}`);
}

/** Puts units into a package that is about to leave; it takes them along. */
export async function putUnits(
  tx: Tx,
  shippingPackageId: ShippingPackageId,
  facilityId: FacilityId,
  unitIds: readonly SaleOrderItemId[],
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set shipping_package_id = ${shippingPackageId}, facility_id = ${facilityId}, state = 'FULFILLABLE', state_changed_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}

/** The order is being worked on, whoever was to verify it: its parcel has left. Answers whether it waited for that. */
export async function openForDispatch(tx: Tx, saleOrderId: SaleOrderId, at: Instant): Promise<boolean> {
  const before = await tx.one(sql<{ state: string }>`
    select state from godown.sale_order where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
  await tx.run(sql`
    update godown.sale_order set state = 'PROCESSING', acceptance_awaited_since = null, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and state in ('PENDING_VERIFICATION', 'CREATED')`);
  return before.state === "PENDING_VERIFICATION";
}

/** What left is held for nobody any more, and remembers the word. */
export async function noteLeft(
  tx: Tx,
  units: readonly { readonly unitId: SaleOrderItemId; readonly status: string; readonly short: boolean }[],
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item u set on_hold = false, channel_status = l.status, channel_status_at = ${at}, short = l.short
    from jsonb_to_recordset(${json(units)}) as l("unitId" uuid, status text, short boolean)
    where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = l."unitId"`);
}

/** Units that a person must decide about first. */
export async function holdUnitsFor(tx: Tx, unitIds: readonly SaleOrderItemId[]): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set on_hold = true where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}

/** Was a person ever asked this? */
export async function wasAsked(tx: Tx, kind: string, key: string): Promise<boolean> {
  const rows = await tx.run(sql`
    select from godown.order_exception where tenant_id = ${tx.tenantId} and kind = ${kind} and key = ${key} limit 1`);
  return rows.length > 0;
}

/** Doubts about units that are all gone by now have nothing left to decide; what was held for them alone goes on. */
export async function settleDoubts(tx: Tx, saleOrderId: SaleOrderId, by: string, at: Instant): Promise<void> {
  const settled = await tx.count(sql`
    update godown.order_exception e set state = 'RESOLVED', resolved_at = ${at}, resolved_by = ${by}, note = 'adopted: it left from the channel''s panel'
    where e.tenant_id = ${tx.tenantId} and e.sale_order_id = ${saleOrderId} and e.state = 'OPEN'
      and e.kind in ('DISPATCHED_ON_CHANNEL', 'PART_LEFT_ON_CHANNEL', 'DELIVERED_WITHOUT_DISPATCH', 'RETURN_WITHOUT_DISPATCH', 'CANCEL_WISHED')
      and not exists (
        select from godown.sale_order_item u
        where u.tenant_id = e.tenant_id and u.sale_order_id = e.sale_order_id
          and u.state not in ('CANCELLED', 'DISPATCHED', 'DELIVERED', 'RETURNED', 'REPLACED', 'RESHIPPED')
          and (jsonb_typeof(e.facts -> 'units') is distinct from 'array' or e.facts -> 'units' ? u.code))`);
  if (settled > 0) await releaseHeld(tx, saleOrderId, { lines: null, settled: null });
}

/** Open picks of units, with the list that people work with. */
export function picksOf(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
): Promise<{ picklistId: string; picklist: string; shippingPackageId: ShippingPackageId }[]> {
  return tx.run(sql<{ picklistId: string; picklist: string; shippingPackageId: ShippingPackageId }>`
    select distinct l.picklist_id as "picklistId", l.code as picklist, i.shipping_package_id as "shippingPackageId"
    from godown.picklist_item i join godown.picklist l using (tenant_id, picklist_id)
    where i.tenant_id = ${tx.tenantId} and i.sale_order_item_id = any(${unitIds}::uuid[]) and i.outcome is null and l.state <> 'CLOSED'
    order by 2, 3`);
}

/** People at a list see that a parcel was taken off it, and why. */
export async function insertRemovals(
  tx: Tx,
  removals: readonly {
    readonly shippingPackageId: ShippingPackageId;
    readonly manifestId: string | null;
    readonly picklistId: string | null;
    readonly why: "ADOPTED" | "CANCELLED";
  }[],
  at: Instant,
): Promise<void> {
  if (removals.length === 0) return;
  const rows = removals.map((removal) => ({ id: newId(), ...removal }));
  await tx.run(sql`
    insert into godown.parcel_removal (tenant_id, parcel_removal_id, shipping_package_id, manifest_id, picklist_id, why, at)
    select ${tx.tenantId}, r.id, r."shippingPackageId", r."manifestId", r."picklistId", r.why, ${at}
    from jsonb_to_recordset(${json(rows)}) as r(id uuid, "shippingPackageId" uuid, "manifestId" uuid, "picklistId" uuid, why text)`);
}

/** Somebody has seen what was taken off a manifest. Answers how many of it were new to him. */
export function seeRemovals(tx: Tx, manifestId: ManifestId, by: string, at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.parcel_removal set seen_at = ${at}, seen_by = ${by}
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} and seen_at is null`);
}

export async function insertShortages(
  tx: Tx,
  units: readonly {
    readonly unitId: SaleOrderItemId;
    readonly skuId: SkuId;
    readonly facilityId: FacilityId;
    readonly shippingPackageId: ShippingPackageId;
    readonly saleOrderId: SaleOrderId;
    readonly channelId: ChannelId;
  }[],
  at: Instant,
): Promise<void> {
  if (units.length === 0) return;
  const rows = units.map((unit) => ({ id: newId(), ...unit }));
  await tx.run(sql`
    insert into godown.stock_shortage (tenant_id, stock_shortage_id, sale_order_item_id, sale_order_id, shipping_package_id, channel_id, facility_id, sku_id, at, state)
    select ${tx.tenantId}, s.id, s."unitId", s."saleOrderId", s."shippingPackageId", s."channelId", s."facilityId", s."skuId", ${at}, 'OPEN'
    from jsonb_to_recordset(${json(rows)}) as s(id uuid, "unitId" uuid, "saleOrderId" uuid, "shippingPackageId" uuid, "channelId" uuid, "facilityId" uuid, "skuId" uuid)`);
}

/** Tracking numbers of adopted packages that have none, and the lines in each. */
export function withoutAwb(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<{ shippingPackageId: ShippingPackageId; code: string; thirdPartyShipping: boolean; lines: string[] }[]> {
  return tx.run(sql<{
    shippingPackageId: ShippingPackageId;
    code: string;
    thirdPartyShipping: boolean;
    lines: string[];
  }>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.third_party_shipping as "thirdPartyShipping", array_agg(distinct u.channel_order_item_id) as lines
    from godown.shipping_package p join godown.sale_order_item u using (tenant_id, shipping_package_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[]) and p.awb is null
    group by 1, 2, 3 order by 2`);
}
