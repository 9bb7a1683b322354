import type { Facts, Id, Instant, ManifestId, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { CourierExchangeId, KeptExchange } from "./exchange.store.ts";
import type { TellingKind, TellingState } from "./telling.ts";
import type { TellingId, WaybillId, WaybillState } from "./waybill.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

/** What belongs to packages of other facilities is out of reach; returns belong to none yet. `p` is the package. */
const withinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? undefined : sql`(p.facility_id is null or p.facility_id = any(${ctx.facilities}::uuid[]))`;

/** How an account stands: numbers that are live, doubts, and what its courier was not told yet. */
export interface AccountCounts {
  readonly live: number;
  readonly unsure: number;
  readonly toTell: number;
  readonly notTold: number;
}

export function accountCounts(tx: Tx, providerId: ShippingProviderId): Promise<AccountCounts> {
  const of = sql`tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId}`;
  return tx.one(sql<AccountCounts>`
    select (select count(*)::integer from godown.courier_waybill where ${of} and state = 'GIVEN') as live,
      (select count(*)::integer from godown.courier_waybill where ${of} and state = 'UNSURE') as unsure,
      (select count(*)::integer from godown.courier_telling where ${of} and state in ('WAITING', 'ASKING')) as "toTell",
      (select count(*)::integer from godown.courier_telling where ${of} and state = 'FAILED') as "notTold"`);
}

export interface CourierExchangeRow extends KeptExchange {
  readonly exchangeId: CourierExchangeId;
  readonly providerId: ShippingProviderId;
  readonly provider: string;
  readonly packageCode: string | null;
  readonly saleOrderId: SaleOrderId | null;
}

const exchangeTables = sql`from godown.courier_exchange e join godown.shipping_provider v using (tenant_id, shipping_provider_id)
  left join godown.shipping_package p on p.tenant_id = e.tenant_id and p.shipping_package_id = e.shipping_package_id`;
const exchangeColumns = sql`e.exchange_id as "exchangeId", e.shipping_provider_id as "providerId", v.code as provider, e.operation, e.at, e.duration_ms as "durationMs", e.method, e.url,
  e.request, e.status, e.response, e.outcome, e.message, e.attempt, p.code as "packageCode", e.sale_order_id as "saleOrderId"`;

export interface CourierExchangeFilters {
  readonly providerId?: ShippingProviderId | undefined;
  readonly shippingPackageId?: ShippingPackageId | undefined;
  readonly returnCaseId?: Id<"ReturnCase"> | undefined;
  readonly manifestId?: ManifestId | undefined;
  readonly operation?: readonly string[] | undefined;
  readonly outcome?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

export async function listCourierExchanges(
  ctx: Ctx,
  tx: Tx,
  filters: CourierExchangeFilters,
  page: Page,
): Promise<ListPage<CourierExchangeRow>> {
  const { providerId, shippingPackageId, returnCaseId, manifestId, operation, outcome, search } = filters;
  const where = all([
    sql`e.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    providerId === undefined ? undefined : sql`e.shipping_provider_id = ${providerId}`,
    shippingPackageId === undefined ? undefined : sql`e.shipping_package_id = ${shippingPackageId}`,
    returnCaseId === undefined ? undefined : sql`e.return_case_id = ${returnCaseId}`,
    manifestId === undefined ? undefined : sql`e.manifest_id = ${manifestId}`,
    operation === undefined ? undefined : sql`split_part(e.operation, '/', 1) = any (${operation}::text[])`,
    outcome === undefined ? undefined : sql`e.outcome = any (${outcome}::text[])`,
    search ? sql`(e.message ilike ${containing(search)} or p.code ilike ${containing(search)})` : undefined,
  ]);
  const rows = await tx.run(sql<CourierExchangeRow>`
    select ${exchangeColumns} ${exchangeTables} where ${where}
    order by e.at ${direction(page)}, e.exchange_id ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total ${exchangeTables} where ${where}`);
  return { rows, total };
}

export function findCourierExchange(
  ctx: Ctx,
  tx: Tx,
  exchangeId: CourierExchangeId,
): Promise<CourierExchangeRow | undefined> {
  const where = all([sql`e.tenant_id = ${tx.tenantId}`, withinReach(ctx), sql`e.exchange_id = ${exchangeId}`]);
  return tx.first(sql<CourierExchangeRow>`select ${exchangeColumns} ${exchangeTables} where ${where}`);
}

/** What a courier is told of a number, as lists show it. */
export interface TellingRow {
  readonly tellingId: TellingId;
  readonly providerId: ShippingProviderId;
  readonly provider: string;
  readonly kind: TellingKind;
  readonly state: TellingState;
  readonly awb: string;
  /** The shipment's code at the courier. */
  readonly shipment: string;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly saleOrderId: SaleOrderId | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly facts: Facts;
  readonly words: string | null;
  readonly exchangeId: CourierExchangeId | null;
  readonly reason: string | null;
  readonly wantedAt: Instant;
  readonly wantedBy: string;
  readonly nextAttemptAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly settledBy: string | null;
}

export interface TellingFilters {
  readonly providerId?: ShippingProviderId | undefined;
  readonly shippingPackageId?: ShippingPackageId | undefined;
  readonly kind?: TellingKind | undefined;
  readonly state?: readonly TellingState[] | undefined;
  readonly search?: string | undefined;
}

const tellingTables = sql`from godown.courier_telling t join godown.shipping_provider v using (tenant_id, shipping_provider_id)
  join godown.courier_waybill w on w.tenant_id = t.tenant_id and w.courier_waybill_id = t.courier_waybill_id
  left join godown.shipping_package p on p.tenant_id = w.tenant_id and p.shipping_package_id = w.shipping_package_id`;

export async function listTellings(
  ctx: Ctx,
  tx: Tx,
  filters: TellingFilters,
  page: Page,
): Promise<ListPage<TellingRow>> {
  const { providerId, shippingPackageId, kind, state, search } = filters;
  const within = all([
    sql`t.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    providerId === undefined ? undefined : sql`t.shipping_provider_id = ${providerId}`,
    shippingPackageId === undefined ? undefined : sql`w.shipping_package_id = ${shippingPackageId}`,
    kind === undefined ? undefined : sql`t.kind = ${kind}`,
    search ? sql`(w.awb ilike ${containing(search)} or w.subject_code ilike ${containing(search)})` : undefined,
  ]);
  const where = all([within, state === undefined ? undefined : sql`t.state = any (${state}::text[])`]);
  const rows = await tx.run(sql<TellingRow>`
    select t.courier_telling_id as "tellingId", t.shipping_provider_id as "providerId", v.code as provider, t.kind, t.state, w.awb, w.subject_code as shipment,
      w.shipping_package_id as "shippingPackageId", p.code as "packageCode", p.sale_order_id as "saleOrderId", t.attempts, t.code, t.facts, t.words, t.exchange_id as "exchangeId",
      t.reason, t.wanted_at as "wantedAt", t.wanted_by as "wantedBy", t.next_attempt_at as "nextAttemptAt", t.settled_at as "settledAt", t.settled_by as "settledBy"
    ${tellingTables} where ${where}
    order by t.updated_at ${direction(page)}, t.courier_telling_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: TellingState; count: number }>`
    select t.state, count(*) as count ${tellingTables} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((each) => [each.state, each.count]));
  const total = states.reduce((n, each) => (state === undefined || state.includes(each.state) ? n + each.count : n), 0);
  return { rows, total, counts };
}

/** A number that was asked for, as lists show it. */
export interface NumberRow {
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly provider: string;
  readonly direction: "FORWARD" | "REVERSE";
  readonly state: WaybillState;
  readonly awb: string | null;
  readonly shipment: string;
  readonly carrier: string | null;
  readonly routingCode: string | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly returnCaseId: string | null;
  readonly words: string | null;
  readonly exchangeId: CourierExchangeId | null;
  readonly askedAt: Instant;
  readonly askedBy: string;
  readonly givenAt: Instant | null;
  readonly endedAt: Instant | null;
}

export interface NumberFilters {
  readonly providerId?: ShippingProviderId | undefined;
  readonly shippingPackageId?: ShippingPackageId | undefined;
  readonly state?: readonly WaybillState[] | undefined;
  readonly search?: string | undefined;
}

const numberTables = sql`from godown.courier_waybill w join godown.shipping_provider v using (tenant_id, shipping_provider_id)
  left join godown.shipping_package p on p.tenant_id = w.tenant_id and p.shipping_package_id = w.shipping_package_id`;

export async function listNumbers(ctx: Ctx, tx: Tx, filters: NumberFilters, page: Page): Promise<ListPage<NumberRow>> {
  const { providerId, shippingPackageId, state, search } = filters;
  const where = all([
    sql`w.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    providerId === undefined ? undefined : sql`w.shipping_provider_id = ${providerId}`,
    shippingPackageId === undefined ? undefined : sql`w.shipping_package_id = ${shippingPackageId}`,
    state === undefined ? undefined : sql`w.state = any (${state}::text[])`,
    search ? sql`(w.awb ilike ${containing(search)} or w.subject_code ilike ${containing(search)})` : undefined,
  ]);
  const rows = await tx.run(sql<NumberRow>`
    select w.courier_waybill_id as "waybillId", w.shipping_provider_id as "providerId", v.code as provider, w.direction, w.state, w.awb, w.subject_code as shipment, w.carrier,
      w.routing_code as "routingCode", w.shipping_package_id as "shippingPackageId", p.code as "packageCode", w.return_case_id as "returnCaseId", w.words,
      w.exchange_id as "exchangeId", w.asked_at as "askedAt", w.asked_by as "askedBy", w.given_at as "givenAt", w.ended_at as "endedAt"
    ${numberTables} where ${where}
    order by w.asked_at ${direction(page)}, w.courier_waybill_id ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total ${numberTables} where ${where}`);
  return { rows, total };
}
