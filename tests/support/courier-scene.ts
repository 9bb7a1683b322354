import {
  type CourierSimulatorOptions,
  type RunningCourierSimulator,
  startCourierSimulator,
} from "../../couriers/protocol/simulator/index.ts";
import { cancelUnits, invoicePackages, labelPackages, sweepNumbers, tellCourier } from "../../src/fulfilment/index.ts";
import { must, newId, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { connectCourier, type ShippingProviderId, saveCourierAccount } from "../../src/shipping/index.ts";
import "../../src/app/couriers.ts";
import "../../src/app/wiring.ts";
import { next } from "./builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";
import { aShop, type Shop, somePackages } from "./shop-builders.ts";

const ACCOUNT = { username: "scene-shipper", password: "scene-password" };

/** A courier that is asked by its API: its simulator, and its connected account in a shop. */
export interface ACourier {
  readonly simulator: RunningCourierSimulator;
  readonly providerId: ShippingProviderId;
  readonly code: string;
}

/** A shop whose SKUs are weighed and measured, and that has no pool of numbers unless it says so. */
export async function aCourierShop(t: TestDatabase, over: Parameters<typeof aShop>[1] = {}): Promise<Shop> {
  const shop = await aShop(t, { awbs: 0, ...over });
  await t.db.transaction(shop.tenantId, (tx) =>
    tx.run(
      sql`update godown.sku set weight_grams = 450, length_mm = 300, width_mm = 200, height_mm = 50 where tenant_id = ${shop.tenantId}`,
    ),
  );
  return shop;
}

/** Lower preference is asked first; the shop's pool has 100. */
export async function aCourier(
  t: TestDatabase,
  shop: Shop,
  over: {
    readonly preference?: number;
    readonly settings?: Readonly<Record<string, string | number | boolean>>;
    readonly simulator?: CourierSimulatorOptions;
  } = {},
): Promise<ACourier> {
  const simulator = await startCourierSimulator({
    accounts: [{ ...ACCOUNT, account: { addressIds: "" } }],
    ...over.simulator,
  });
  const providerId = newId<"ShippingProvider">();
  const code = `API_${next()}`;
  await t.db.transaction(shop.tenantId, (tx) =>
    tx.run(sql`
      insert into godown.shipping_provider (tenant_id, shipping_provider_id, code, name, kind, preference, created_at)
      values (${shop.tenantId}, ${providerId}, ${code}, ${`Courier ${code}`}, 'API', ${over.preference ?? 10}, ${TEST_MORNING})`),
  );
  const ctx = t.ctx(shop.tenantId);
  const settings = over.settings ?? {};
  const account = { courier: "PROTOCOL", baseUrl: simulator.url, fields: ACCOUNT, settings };
  must(await saveCourierAccount(ctx, providerId, account));
  const connected = must(await connectCourier(ctx, providerId));
  if (!connected.connected) throw new Error(`the scene's courier is connected: ${JSON.stringify(connected)}`);
  return { simulator, providerId, code };
}

/** So many packages, packed and invoiced. */
export async function packed(t: TestDatabase, shop: Shop, count: number): Promise<ShippingPackageId[]> {
  const packageIds = await somePackages(t, shop, count);
  for (const result of await invoicePackages(t.ctx(shop.tenantId), { packageIds }))
    if (result.outcome !== "DONE") throw new Error(`a package is invoiced: ${JSON.stringify(result)}`);
  return packageIds;
}

export const labelThem = (t: TestDatabase, shop: Shop, packageIds: readonly ShippingPackageId[]) =>
  labelPackages(t.ctx(shop.tenantId), { packageIds });

export interface PackageNow {
  readonly code: string;
  readonly state: string;
  readonly awb: string | null;
  readonly provider: string | null;
  readonly carrier: string | null;
  readonly sortCode: string | null;
  readonly weight: number | null;
}

export function packageNow(t: TestDatabase, shop: Shop, id: ShippingPackageId | undefined): Promise<PackageNow> {
  return t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<PackageNow>`
      select p.code, p.state, p.awb, s.code as provider, p.carrier, p.sort_code as "sortCode", p.weight_grams as weight
      from godown.shipping_package p left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
      where p.tenant_id = ${shop.tenantId} and p.shipping_package_id = ${id ?? null}`),
  );
}

export interface NumberNow {
  readonly state: string;
  readonly awb: string | null;
  readonly provider: string;
  readonly subjectCode: string;
  readonly words: string | null;
}

/** Every number that was asked for a package, the oldest first. */
export function numbersOf(t: TestDatabase, shop: Shop, id: ShippingPackageId | undefined): Promise<NumberNow[]> {
  return t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<NumberNow>`
      select w.state, w.awb, s.code as provider, w.subject_code as "subjectCode", w.words
      from godown.courier_waybill w join godown.shipping_provider s using (tenant_id, shipping_provider_id)
      where w.tenant_id = ${shop.tenantId} and w.shipping_package_id = ${id ?? null} order by w.asked_at, w.courier_waybill_id`),
  );
}

export interface TellingNow {
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
}

export function tellingsOf(t: TestDatabase, shop: Shop, id: ShippingPackageId | undefined): Promise<TellingNow[]> {
  return t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<TellingNow>`
      select x.kind, x.state, x.code, x.attempts from godown.courier_telling x join godown.courier_waybill w using (tenant_id, courier_waybill_id)
      where w.tenant_id = ${shop.tenantId} and w.shipping_package_id = ${id ?? null} order by w.asked_at, x.kind`),
  );
}

/** Kinds on a package's timeline, the oldest first. */
export async function eventsOf(t: TestDatabase, shop: Shop, id: ShippingPackageId | undefined): Promise<string[]> {
  const rows = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ kind: string }>`
      select kind from godown.order_event where tenant_id = ${shop.tenantId} and shipping_package_id = ${id ?? null} order by at, order_event_id`),
  );
  return rows.map((row) => row.kind);
}

/** The background work of a courier, as its jobs do it: strays are swept, and what is due is told. */
export async function runCourierJobs(t: TestDatabase, shop: Shop, couriers: readonly ACourier[]): Promise<void> {
  await sweepNumbers(t.services);
  for (const { providerId } of couriers) await tellCourier(t.ctx(shop.tenantId), providerId);
}

/** Cancels all units of a package, as the seller does. */
export async function cancelPackage(t: TestDatabase, shop: Shop, id: ShippingPackageId): Promise<void> {
  const ctx = t.ctx(shop.tenantId);
  must(
    await t.db.transaction(shop.tenantId, async (tx) => {
      const units = await tx.run(sql<{ unitId: SaleOrderItemId; saleOrderId: SaleOrderId; code: string }>`
        select u.sale_order_item_id as "unitId", o.sale_order_id as "saleOrderId", o.code from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id)
        where u.tenant_id = ${shop.tenantId} and u.shipping_package_id = ${id} and u.state <> 'CANCELLED'`);
      const [first] = units;
      if (!first) throw new Error("the package has units");
      const unitIds = units.map((unit) => unit.unitId);
      return cancelUnits(tx, ctx, first, { unitIds, reason: "changed my mind", by: "SELLER" });
    }),
  );
}

/** The same process, as it ends before its `nth` transaction: nothing of it comes after. */
export function dyingCtx(ctx: Ctx, nth: number): Ctx {
  let transactions = 0;
  const db = new Proxy(ctx.db, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== "transaction" && name !== "read") return typeof value === "function" ? value.bind(target) : value;
      return (...given: Parameters<Ctx["db"]["transaction"]>) => {
        transactions += 1;
        if (transactions >= nth) return Promise.reject(new ProcessEnded());
        return name === "transaction" ? target.transaction(...given) : target.read(...given);
      };
    },
  });
  return { ...ctx, db };
}

export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

/** The numbers that are live at the courier, by shipment code. */
export const liveAt = ({ simulator }: ACourier) =>
  simulator.parcels().flatMap((parcel) => (parcel.cancelledAt === null ? [parcel.id] : []));
