import type { ChannelId, IntakeId, ListingId, SaleOrderId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ListingFacts } from "./read-order.ts";

export interface WantedListing {
  readonly channelId: ChannelId;
  readonly channelProductId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly channelSku: string;
  readonly title: string | null;
}

/** What the listings of a batch stand for, by "channel id + channel product id": one query. */
export async function findListings(tx: Tx, wanted: readonly WantedListing[]): Promise<Map<string, ListingFacts>> {
  const rows = await tx.run(sql<ListingFacts & { channelId: ChannelId; channelProductId: string }>`
    select l.channel_id as "channelId", l.channel_product_id as "channelProductId", l.listing_id as "listingId",
      l.sku_id as "skuId", s.code as "skuCode", coalesce(s.enabled, false) as enabled,
      case when s.is_bundle then coalesce((
        select jsonb_agg(jsonb_build_object('skuId', b.component_sku_id, 'quantity', b.quantity, 'weight', coalesce(cs.mrp_paise, 1)) order by cs.code)
        from godown.bundle_component b join godown.sku cs on cs.tenant_id = b.tenant_id and cs.sku_id = b.component_sku_id
        where b.tenant_id = l.tenant_id and b.bundle_sku_id = l.sku_id
      ), '[]') end as components
    from jsonb_to_recordset(${json(wanted)}) as w("channelId" uuid, "channelProductId" text)
    -- Lookups by index, one for each line: the planner cannot know how many lines a parameter holds and would read every listing.
    cross join lateral (
      select * from godown.listing x
      where x.tenant_id = ${tx.tenantId} and x.channel_id = w."channelId" and x.channel_product_id = w."channelProductId" offset 0
    ) l
    left join lateral (select * from godown.sku y where y.tenant_id = l.tenant_id and y.sku_id = l.sku_id offset 0) s on true`);
  return new Map(rows.map((row) => [listingKey(row), row]));
}

export function listingKey(of: { channelId: ChannelId; channelProductId: string }): string {
  return `${of.channelId} ${of.channelProductId}`;
}

/**
 * Makes listings that an order names and nobody has seen yet, so that they can be mapped; one whose channel SKU equals
 * an enabled SKU's code is mapped at once. Gives those that were.
 */
export async function makeListings(
  tx: Tx,
  wanted: readonly (WantedListing & { listingId: string })[],
  at: Temporal.Instant,
): Promise<ListingId[]> {
  const made = await tx.run(sql<{ listingId: ListingId; mapped: boolean }>`
    insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, title, sku_id, mapped_at, created_at, updated_at)
    select ${tx.tenantId}, w."listingId", w."channelId", w."channelProductId", w."productId", w."variantId", w."channelSku", w.title,
      s.sku_id, case when s.sku_id is not null then ${at}::timestamptz end, ${at}, ${at}
    from jsonb_to_recordset(${json(wanted)}) as w("listingId" uuid, "channelId" uuid, "channelProductId" text, "productId" text, "variantId" text, "channelSku" text, title text)
    left join godown.sku s on s.tenant_id = ${tx.tenantId} and s.code = w."channelSku" and s.enabled
    order by w."channelId", w."channelProductId"
    on conflict (tenant_id, channel_id, channel_product_id) do nothing
    returning listing_id as "listingId", sku_id is not null as mapped`);
  return made.flatMap((listing) => (listing.mapped ? [listing.listingId] : []));
}

/**
 * Holds still what may keep these orders waiting (go-live flag, channels, listings, SKUs) until commit. Rows of one kind
 * in key order; asked for only where something waits, so that orders which do not never touch them.
 */
export async function holdCauses(
  tx: Tx,
  wanted: readonly { channelId: ChannelId; channelProductId: string }[],
): Promise<void> {
  await tx.run(sql`select 1 from godown.tenant where tenant_id = ${tx.tenantId} for share`);
  await tx.run(sql`
    select 1 from godown.channel where tenant_id = ${tx.tenantId} and channel_id in (
      select w."channelId" from jsonb_to_recordset(${json(wanted)}) as w("channelId" uuid)) order by channel_id for share`);
  const listings = await tx.run(sql<{ listingId: ListingId }>`
    select l.listing_id as "listingId" from godown.listing l where l.tenant_id = ${tx.tenantId} and (l.channel_id, l.channel_product_id) in (
      select w."channelId", w."channelProductId" from jsonb_to_recordset(${json(wanted)}) as w("channelId" uuid, "channelProductId" text))
    order by l.listing_id for share`);
  await tx.run(sql`
    select 1 from godown.sku where tenant_id = ${tx.tenantId} and sku_id in (
      select l.sku_id from godown.listing l where l.tenant_id = ${tx.tenantId} and l.listing_id = any(${listings.map((l) => l.listingId)}::uuid[]))
    order by sku_id for share`);
}

export interface IntakeRow {
  readonly intakeId: IntakeId;
  readonly channelId: ChannelId;
  readonly via: "PUSH" | "PULL" | "FORM" | "CSV";
  readonly channelOrderId: string;
  readonly contentHash: string; // hex
  readonly raw: unknown;
  readonly state: "RECEIVED" | "CREATED" | "FAILED" | "IGNORED";
  readonly code: string | null;
  readonly facts: unknown;
  readonly message: string | null;
  readonly waitsFor: readonly string[] | null;
  readonly saleOrderId: SaleOrderId | null;
  /** When the channel changed the order last, by its own clock, where it says so. */
  readonly changedAt: string | null;
}

export interface OrderRows {
  readonly orders: readonly Record<string, unknown>[];
  readonly addresses: readonly Record<string, unknown>[];
  readonly units: readonly Record<string, unknown>[];
  readonly events: readonly Record<string, unknown>[];
}

/**
 * Writes a batch in one statement: intake rows whose channel order id is new, and the orders, addresses, units and first
 * timeline entries of those. Gives the intake ids that were new; the others were seen before.
 */
export async function insertBatch(
  tx: Tx,
  intakes: readonly IntakeRow[],
  rows: OrderRows,
  at: Temporal.Instant,
  decidedBy: string,
): Promise<Set<IntakeId>> {
  const fresh = await tx.run(sql<{ intakeId: IntakeId }>`
    with fresh as (
      insert into godown.intake (tenant_id, intake_id, channel_id, kind, via, channel_order_id, content_hash, raw, state, code, facts, message, waits_for, sale_order_id, received_at, decided_at, decided_by, last_seen_at, attempts, channel_changed_at)
      select ${tx.tenantId}, i."intakeId", i."channelId", 'ORDER', i.via, i."channelOrderId", decode(i."contentHash", 'hex'), i.raw, i.state, i.code, coalesce(i.facts, '{}'), i.message,
        i."waitsFor", i."saleOrderId", ${at}, case when i.state <> 'RECEIVED' then ${at}::timestamptz end, ${decidedBy}, ${at}, 1, i."changedAt"
      from jsonb_to_recordset(${json(intakes)}) as i("intakeId" uuid, "channelId" uuid, via text, "channelOrderId" text, "contentHash" text, raw jsonb, state text, code text, facts jsonb, message text, "waitsFor" text[], "saleOrderId" uuid, "changedAt" timestamptz)
      order by i."channelId", i."channelOrderId"
      on conflict (tenant_id, channel_id, channel_order_id) where kind = 'ORDER' and state not in ('DUPLICATE', 'IGNORED') do nothing
      returning intake_id, sale_order_id
    ), ${orderInserts(tx, rows, at)}
    select intake_id as "intakeId" from fresh`);
  return new Set(fresh.map((row) => row.intakeId));
}

/** Orders of intake rows that exist already (a retry that succeeded): same rows, no new intake. */
export async function insertOrders(
  tx: Tx,
  rows: OrderRows,
  saleOrderIds: readonly SaleOrderId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with fresh as (select id as sale_order_id from unnest(${saleOrderIds}::uuid[]) as id), ${orderInserts(tx, rows, at)}
    select 1`);
}

/** The writes of an order, as common table expressions that take only orders named in `fresh`. */
function orderInserts(tx: Tx, rows: OrderRows, at: Temporal.Instant) {
  return sql`
    new_orders as (
      insert into godown.sale_order (tenant_id, sale_order_id, channel_id, channel_order_id, code, display_code, state, on_hold, hold_reason, priority, third_party_shipping, package_type, payment_type, currency, placed_at, dispatch_by, requested_facility_id, total_paise, collect_paise, tax_exempt, buyer_gstin, additional_info, payment, channel_hold, acceptance_awaited_since, actionable_from, created_at, updated_at)
      select ${tx.tenantId}, o."saleOrderId", o."channelId", o."channelOrderId", o.code, o."displayCode", o.state, o."onHold", o."holdReason", o.priority, o."thirdPartyShipping", o."packageType", o."paymentType", o.currency, o."placedAt", o."dispatchBy", o."requestedFacilityId", o.total, o.collect, o."taxExempt", o."buyerGstin", o."additionalInfo", o.payment, o."channelHold", case when o."acceptanceAwaited" then ${at}::timestamptz end, o."actionableFrom", ${at}, ${at}
      from jsonb_to_recordset(${json(rows.orders)}) as o("saleOrderId" uuid, "channelId" uuid, "channelOrderId" text, code text, "displayCode" text, state text, "onHold" boolean, "holdReason" text, priority integer, "thirdPartyShipping" boolean, "packageType" text, "paymentType" text, currency text, "placedAt" timestamptz, "dispatchBy" timestamptz, "requestedFacilityId" uuid, total bigint, collect bigint, "taxExempt" boolean, "buyerGstin" text, "additionalInfo" text, payment jsonb, "channelHold" boolean, "acceptanceAwaited" boolean, "actionableFrom" timestamptz)
      where o."saleOrderId" in (select sale_order_id from fresh)
    ), new_addresses as (
      insert into godown.sale_order_address (tenant_id, sale_order_id, kind, name, line1, line2, city, state_name, state_code, country, pincode, phone, email)
      select ${tx.tenantId}, a."saleOrderId", a.kind, a.name, a.line1, a.line2, a.city, a."stateName", a."stateCode", a.country, a.pincode, a.phone, a.email
      from jsonb_to_recordset(${json(rows.addresses)}) as a("saleOrderId" uuid, kind text, name text, line1 text, line2 text, city text, "stateName" text, "stateCode" text, country text, pincode text, phone text, email text)
      where a."saleOrderId" in (select sale_order_id from fresh)
    ), new_units as (
      insert into godown.sale_order_item (tenant_id, sale_order_item_id, sale_order_id, unit_no, code, channel_order_item_id, product_id, variant_id, channel_sku, title, listing_id, sku_id, bundle_sku_id, state, facility_id, packet_number, selling_price_paise, discount_paise, shipping_charges_paise, cod_charges_paise, gift_wrap_charges_paise, store_credit_paise, voucher_paise, prepaid_paise, transfer_price_paise, total_paise, gift_message, created_at, state_changed_at)
      select ${tx.tenantId}, u.id, u."saleOrderId", u."unitNo", u.code, u.line, u."productId", u."variantId", u."channelSku", u.title, u."listingId", u."skuId", u."bundleSkuId", 'CREATED', u."facilityId", u.packet, u.price, u.discount, u.shipping, u.cod, u.gift, u.credit, u.voucher, u.prepaid, u.transfer, u.total, u."giftMessage", ${at}, ${at}
      from jsonb_to_recordset(${json(rows.units)}) as u(id uuid, "saleOrderId" uuid, "unitNo" integer, code text, line text, "productId" text, "variantId" text, "channelSku" text, title text, "listingId" uuid, "skuId" uuid, "bundleSkuId" uuid, "facilityId" uuid, packet integer, price bigint, discount bigint, shipping bigint, cod bigint, gift bigint, credit bigint, voucher bigint, prepaid bigint, transfer bigint, total bigint, "giftMessage" text)
      where u."saleOrderId" in (select sale_order_id from fresh)
    ), new_events as (
      insert into godown.order_event (tenant_id, order_event_id, sale_order_id, at, actor_kind, actor_name, kind, facts)
      select ${tx.tenantId}, e.id, e."saleOrderId", ${at}, e."actorKind", e."actorName", e.kind, e.facts
      from jsonb_to_recordset(${json(rows.events)}) as e(id uuid, "saleOrderId" uuid, "actorKind" text, "actorName" text, kind text, facts jsonb)
      where e."saleOrderId" in (select sale_order_id from fresh)
    )`;
}

export interface SeenIntake {
  readonly intakeId: IntakeId;
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly contentHash: Buffer;
  readonly state: "RECEIVED" | "CREATED" | "FAILED" | "DISMISSED";
  readonly message: string | null;
  readonly waitsFor: string[] | null;
  readonly saleOrderId: SaleOrderId | null;
}

/** What stands in intake for channel order ids that were seen before; locked, since the answer may change it. */
export function lockSeen(
  tx: Tx,
  wanted: readonly { channelId: ChannelId; channelOrderId: string }[],
): Promise<SeenIntake[]> {
  return tx.run(sql<SeenIntake>`
    select i.intake_id as "intakeId", i.channel_id as "channelId", i.channel_order_id as "channelOrderId", i.content_hash as "contentHash",
      i.state, i.message, i.waits_for as "waitsFor", i.sale_order_id as "saleOrderId"
    from jsonb_to_recordset(${json(wanted)}) as w("channelId" uuid, "channelOrderId" text)
    join godown.intake i on i.tenant_id = ${tx.tenantId} and i.channel_id = w."channelId" and i.channel_order_id = w."channelOrderId"
      and i.kind = 'ORDER' and i.state not in ('DUPLICATE', 'IGNORED')
    order by i.intake_id for update of i`);
}

/** Counts a repeat on the entry that it repeats: a channel that asks a thousand times does not make a thousand rows. */
export async function countRepeats(tx: Tx, intakeIds: readonly IntakeId[], at: Temporal.Instant): Promise<void> {
  await tx.run(
    sql`update godown.intake set seen_count = seen_count + 1, last_seen_at = ${at} where tenant_id = ${tx.tenantId} and intake_id = any(${intakeIds}::uuid[])`,
  );
}

/**
 * Counts a repeat on the entry that was set aside for the same reason with the same content: a pulled window shows it
 * again each time. Gives those that were counted; the others are news.
 */
export async function countAsides(
  tx: Tx,
  rows: readonly {
    intakeId: IntakeId;
    channelId: ChannelId;
    channelOrderId: string;
    contentHash: string;
    code: string | null;
  }[],
  at: Temporal.Instant,
): Promise<Set<IntakeId>> {
  const counted = await tx.run(sql<{ intakeId: IntakeId }>`
    with given as materialized (
      select * from jsonb_to_recordset(${json(rows)}) as g("intakeId" uuid, "channelId" uuid, "channelOrderId" text, "contentHash" text, code text)
    ), counted as (
      update godown.intake i set seen_count = i.seen_count + 1, last_seen_at = ${at} from given g
      where i.tenant_id = ${tx.tenantId} and i.kind = 'ORDER' and i.state = 'IGNORED' and i.channel_id = g."channelId" and i.channel_order_id = g."channelOrderId"
        and i.content_hash = decode(g."contentHash", 'hex') and i.code = g.code
      returning g."intakeId"
    )
    select distinct "intakeId" from counted`);
  return new Set(counted.map((row) => row.intakeId));
}

/** What still waits is kept as the channel shows it last: what it says of holds and acceptance may have changed. */
export async function refreshWaiting(tx: Tx, rows: readonly { intakeId: IntakeId; raw: unknown }[]): Promise<void> {
  await tx.run(sql`
    update godown.intake i set raw = r.raw from jsonb_to_recordset(${json(rows)}) as r("intakeId" uuid, raw jsonb)
    where i.tenant_id = ${tx.tenantId} and i.intake_id = r."intakeId" and i.state in ('RECEIVED', 'FAILED')`);
}

/** Keeps a repeat as an entry of its own: the same order again (DUPLICATE), or one that is not taken (IGNORED). */
export async function insertAside(
  tx: Tx,
  rows: readonly (Omit<IntakeRow, "state" | "waitsFor"> & { state: "DUPLICATE" | "IGNORED" })[],
  at: Temporal.Instant,
  decidedBy: string,
): Promise<void> {
  await tx.run(sql`
    insert into godown.intake (tenant_id, intake_id, channel_id, kind, via, channel_order_id, content_hash, raw, state, code, facts, message, sale_order_id, received_at, decided_at, decided_by, last_seen_at, attempts, channel_changed_at)
    select ${tx.tenantId}, i."intakeId", i."channelId", 'ORDER', i.via, i."channelOrderId", decode(i."contentHash", 'hex'), i.raw, i.state, i.code, coalesce(i.facts, '{}'), i.message, i."saleOrderId", ${at}, ${at}, ${decidedBy}, ${at}, 1, i."changedAt"
    from jsonb_to_recordset(${json(rows)}) as i("intakeId" uuid, "channelId" uuid, via text, "channelOrderId" text, "contentHash" text, raw jsonb, state text, code text, facts jsonb, message text, "saleOrderId" uuid, "changedAt" timestamptz)`);
}

/** A corrected order takes the place of one that failed by its own fault: the old entry stays, as IGNORED. */
export async function supersede(tx: Tx, intakeId: IntakeId, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.intake set state = 'IGNORED', code = 'SUPERSEDED', decided_at = ${at}, waits_for = null
    where tenant_id = ${tx.tenantId} and intake_id = ${intakeId}`);
}

export interface WaitingIntake {
  readonly intakeId: IntakeId;
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly raw: unknown;
  readonly correction: unknown;
}

/** Locks waiting entries (RECEIVED or FAILED) for another try; one that is being tried is waited for, since its cause may have gone since. */
export function lockWaiting(
  tx: Tx,
  only: { intakeIds?: readonly IntakeId[]; cause?: string; limit: number; except?: readonly IntakeId[] },
): Promise<WaitingIntake[]> {
  const which = only.intakeIds
    ? sql`i.intake_id = any(${only.intakeIds}::uuid[])`
    : only.cause === undefined
      ? sql`(i.state = 'RECEIVED' or i.waits_for is not null)`
      : sql`${only.cause} = any(i.waits_for)`;
  return tx.run(sql<WaitingIntake>`
    select i.intake_id as "intakeId", i.channel_id as "channelId", i.channel_order_id as "channelOrderId", i.raw, i.correction
    from godown.intake i
    where i.tenant_id = ${tx.tenantId} and i.kind = 'ORDER' and i.state in ('RECEIVED', 'FAILED') and ${which}
      and i.intake_id <> all(${only.except ?? []}::uuid[])
    order by i.received_at, i.intake_id limit ${only.limit} for update`);
}

/** Which of these causes keep some order waiting. */
export async function causesWaitedFor(tx: Tx, causes: readonly string[]): Promise<string[]> {
  const rows = await tx.run(sql<{ cause: string }>`
    select distinct w.cause from godown.intake i cross join lateral unnest(i.waits_for) as w(cause)
    where i.tenant_id = ${tx.tenantId} and i.state in ('RECEIVED', 'FAILED') and w.cause = any(${causes}::text[]) order by 1`);
  return rows.map((row) => row.cause);
}

/** Writes what another try came to. */
export async function settleWaiting(
  tx: Tx,
  rows: readonly {
    intakeId: IntakeId;
    state: "RECEIVED" | "CREATED" | "FAILED" | "IGNORED";
    code: string | null;
    facts: unknown;
    message: string | null;
    waitsFor: readonly string[] | null;
    saleOrderId: SaleOrderId | null;
  }[],
  at: Temporal.Instant,
  decidedBy: string,
): Promise<void> {
  await tx.run(sql`
    update godown.intake i set state = r.state, code = r.code, message = r.message, waits_for = r."waitsFor", sale_order_id = r."saleOrderId",
      facts = coalesce(r.facts, '{}'),
      decided_at = case when r.state = 'RECEIVED' then null else ${at}::timestamptz end, decided_by = ${decidedBy}, attempts = i.attempts + 1
    from jsonb_to_recordset(${json(rows)}) as r("intakeId" uuid, state text, code text, facts jsonb, message text, "waitsFor" text[], "saleOrderId" uuid)
    where i.tenant_id = ${tx.tenantId} and i.intake_id = r."intakeId"`);
}

export function lockIntake(tx: Tx, intakeId: IntakeId): Promise<{ state: string; channelOrderId: string } | undefined> {
  return tx.first(sql<{ state: string; channelOrderId: string }>`
    select state, channel_order_id as "channelOrderId" from godown.intake where tenant_id = ${tx.tenantId} and intake_id = ${intakeId} for update`);
}

export async function dismissRow(tx: Tx, intakeId: IntakeId, at: Temporal.Instant, by: string): Promise<void> {
  await tx.run(sql`
    update godown.intake set state = 'DISMISSED', decided_at = ${at}, decided_by = ${by}, waits_for = null
    where tenant_id = ${tx.tenantId} and intake_id = ${intakeId}`);
}

/** Lays what a person put right over entries that wait; it counts from the next try on. */
export async function writeCorrection(tx: Tx, intakeIds: readonly IntakeId[], correction: unknown): Promise<void> {
  await tx.run(sql`
    update godown.intake set correction = coalesce(correction, '{}') || ${json(correction)}
    where tenant_id = ${tx.tenantId} and intake_id = any(${intakeIds}::uuid[]) and state in ('RECEIVED', 'FAILED')`);
}
