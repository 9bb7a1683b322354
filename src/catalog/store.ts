import { assert, basisPoints, type Id, type Instant, newId, paise, type SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { SkuFields } from "./sku.ts";
import type { SlabPrice, TaxClass, TaxRateRow } from "./tax-class.ts";

export type TaxClassId = Id<"TaxClass">;

/** A SKU as it is saved. */
export interface SkuValues extends SkuFields {
  readonly brand: string | null;
  readonly taxClassId: TaxClassId | null;
  readonly enabled: boolean;
}

export interface SkuRow extends SkuValues {
  readonly skuId: SkuId;
  readonly taxClass: string | null;
  readonly isBundle: boolean;
}

/** `k` is the SKU, `c` its tax class. */
export const skuColumns = sql`k.sku_id as "skuId", k.code, k.name, k.category, k.brand, k.hsn, k.tax_class_id as "taxClassId", c.code as "taxClass",
  k.mrp_paise as mrp, k.weight_grams as "weightGrams", k.length_mm as "lengthMm", k.width_mm as "widthMm", k.height_mm as "heightMm",
  k.image_url as "imageUrl", k.is_bundle as "isBundle", k.enabled`;
export const skuTables = sql`godown.sku k left join godown.tax_class c on c.tenant_id = k.tenant_id and c.tax_class_id = k.tax_class_id`;

export async function skuById(tx: Tx, skuId: SkuId): Promise<SkuRow | undefined> {
  return tx.first(
    sql<SkuRow>`select ${skuColumns} from ${skuTables} where k.tenant_id = ${tx.tenantId} and k.sku_id = ${skuId}`,
  );
}

export async function skusByIds(tx: Tx, skuIds: readonly SkuId[]): Promise<SkuRow[]> {
  return tx.run(sql<SkuRow>`
    select ${skuColumns} from ${skuTables} where k.tenant_id = ${tx.tenantId} and k.sku_id = any(${skuIds}::uuid[])`);
}

/** SKUs by code, all at once. */
export async function skusByCodes(tx: Tx, codes: readonly string[]): Promise<SkuRow[]> {
  return tx.run(sql<SkuRow>`
    select ${skuColumns} from ${skuTables} where k.tenant_id = ${tx.tenantId} and k.code = any(${codes})`);
}

/** As `skusByCodes`, locked in id order. */
export async function lockSkusByCodes(tx: Tx, codes: readonly string[]): Promise<SkuRow[]> {
  return tx.run(sql<SkuRow>`
    select ${skuColumns} from ${skuTables} where k.tenant_id = ${tx.tenantId} and k.code = any(${codes}) order by k.sku_id for update of k`);
}

const recordOfSku = sql`id uuid, code text, name text, category text, brand text, hsn text, tax uuid, mrp bigint, w integer, l integer,
  b integer, h integer, image text, bundle boolean, enabled boolean`;

function record(skuId: SkuId, sku: SkuValues, isBundle: boolean) {
  return {
    id: skuId,
    code: sku.code,
    name: sku.name.trim(),
    category: sku.category,
    brand: sku.brand,
    hsn: sku.hsn,
    tax: sku.taxClassId,
    mrp: sku.mrp,
    w: sku.weightGrams,
    l: sku.lengthMm,
    b: sku.widthMm,
    h: sku.heightMm,
    image: sku.imageUrl,
    bundle: isBundle,
    enabled: sku.enabled,
  };
}

/** Inserts SKUs; those whose code is taken are left out. @returns the ids that were written */
export async function insertSkus(
  tx: Tx,
  skus: readonly { skuId: SkuId; values: SkuValues; isBundle: boolean }[],
  now: Instant,
): Promise<Set<SkuId>> {
  const rows = await tx.run(sql<{ skuId: SkuId }>`
    insert into godown.sku (tenant_id, sku_id, code, name, category, brand, hsn, tax_class_id, mrp_paise, weight_grams, length_mm, width_mm,
      height_mm, image_url, is_bundle, enabled, created_at, updated_at)
    select ${tx.tenantId}::uuid, r.id, r.code, r.name, r.category, r.brand, r.hsn, r.tax, r.mrp, r.w, r.l, r.b, r.h, r.image, r.bundle, r.enabled,
      ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${json(skus.map((s) => record(s.skuId, s.values, s.isBundle)))}) as r(${recordOfSku})
    order by r.code on conflict (tenant_id, code) do nothing returning sku_id as "skuId"`);
  return new Set(rows.map((r) => r.skuId));
}

export async function updateSkus(
  tx: Tx,
  skus: readonly { skuId: SkuId; values: SkuValues; isBundle: boolean }[],
  now: Instant,
): Promise<void> {
  const written = await tx.count(sql`
    update godown.sku k set code = r.code, name = r.name, category = r.category, brand = r.brand, hsn = r.hsn, tax_class_id = r.tax,
      mrp_paise = r.mrp, weight_grams = r.w, length_mm = r.l, width_mm = r.b, height_mm = r.h, image_url = r.image, enabled = r.enabled,
      updated_at = ${now}::timestamptz
    from jsonb_to_recordset(${json(skus.map((s) => record(s.skuId, s.values, s.isBundle)))}) as r(${recordOfSku})
    where k.tenant_id = ${tx.tenantId} and k.sku_id = r.id`);
  assert(written === skus.length, "every SKU that is changed exists");
}

// Bundles

export interface Component {
  readonly bundleSkuId: SkuId;
  readonly componentSkuId: SkuId;
  readonly componentCode: string;
  readonly quantity: number;
}

/** The components of bundles, in the order of their codes. */
export async function componentsOf(tx: Tx, bundleSkuIds: readonly SkuId[]): Promise<Component[]> {
  return tx.run(sql<Component>`
    select b.bundle_sku_id as "bundleSkuId", b.component_sku_id as "componentSkuId", k.code as "componentCode", b.quantity
    from godown.bundle_component b join godown.sku k on k.tenant_id = b.tenant_id and k.sku_id = b.component_sku_id
    where b.tenant_id = ${tx.tenantId} and b.bundle_sku_id = any(${bundleSkuIds}::uuid[]) order by b.bundle_sku_id, k.code`);
}

/** Replaces the components of these bundles. */
export async function replaceComponents(
  tx: Tx,
  bundleSkuIds: readonly SkuId[],
  components: readonly Pick<Component, "bundleSkuId" | "componentSkuId" | "quantity">[],
): Promise<void> {
  await tx.run(sql`
    delete from godown.bundle_component where tenant_id = ${tx.tenantId} and bundle_sku_id = any(${bundleSkuIds}::uuid[])`);
  await tx.run(sql`
    insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity)
    select ${tx.tenantId}::uuid, r."bundleSkuId", r."componentSkuId", r.quantity
    from jsonb_to_recordset(${json(components)}) as r("bundleSkuId" uuid, "componentSkuId" uuid, quantity integer)`);
}

// Tax classes

export interface StoredTaxClass extends TaxClass {
  readonly taxClassId: TaxClassId;
}

interface FlatRate {
  taxClassId: TaxClassId;
  code: string;
  name: string;
  slabPrice: SlabPrice;
  holdsFrom: Temporal.PlainDate;
  from: number;
  to: number | null;
  gst: number;
  cess: number;
  cessPerUnit: number;
}

/** Tax classes with all their rates; all of the tenant's, or those named. */
export async function readTaxClasses(tx: Tx, ids?: readonly TaxClassId[]): Promise<StoredTaxClass[]> {
  const rates = await tx.run(sql<FlatRate>`
    select t.tax_class_id as "taxClassId", t.code, t.name, t.slab_price as "slabPrice", r.holds_from as "holdsFrom",
      r.unit_price_from_paise as "from", r.unit_price_to_paise as "to", r.gst_bps as gst, r.cess_bps as cess, r.cess_per_unit_paise as "cessPerUnit"
    from godown.tax_class t join godown.tax_rate r using (tenant_id, tax_class_id)
    where t.tenant_id = ${tx.tenantId} and ${ids === undefined ? sql`true` : sql`t.tax_class_id = any(${ids}::uuid[])`}
    order by t.code, r.holds_from, r.unit_price_from_paise`);
  return [...Map.groupBy(rates, (r) => r.taxClassId)].flatMap(([taxClassId, rows]) => {
    const [first] = rows;
    if (first === undefined) return [];
    return [{ taxClassId, code: first.code, name: first.name, slabPrice: first.slabPrice, rows: rows.map(toRate) }];
  });
}

function toRate(rate: FlatRate): TaxRateRow {
  return {
    holdsFrom: rate.holdsFrom,
    unitPriceFromPaise: paise(rate.from),
    unitPriceToPaise: rate.to === null ? null : paise(rate.to),
    gstBps: basisPoints(rate.gst),
    cessBps: basisPoints(rate.cess),
    cessPerUnitPaise: paise(rate.cessPerUnit),
  };
}

export async function taxClassIdsByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, TaxClassId>> {
  const rows = await tx.run(sql<{ code: string; id: TaxClassId }>`
    select code, tax_class_id as id from godown.tax_class where tenant_id = ${tx.tenantId} and code = any(${codes})`);
  return new Map(rows.map((r) => [r.code, r.id]));
}

/** Inserts classes with their rates; those whose code is taken are left out. @returns the codes that were written */
export async function insertTaxClasses(
  tx: Tx,
  classes: readonly TaxClass[],
  now: Instant,
): Promise<{ code: string; taxClassId: TaxClassId }[]> {
  const given = classes.map((c) => ({ id: newId<"TaxClass">(), code: c.code, name: c.name, slab: c.slabPrice }));
  const written = await tx.run(sql<{ code: string; taxClassId: TaxClassId }>`
    insert into godown.tax_class (tenant_id, tax_class_id, code, name, slab_price, created_at)
    select ${tx.tenantId}::uuid, r.id, r.code, r.name, r.slab, ${now}::timestamptz
    from jsonb_to_recordset(${json(given)}) as r(id uuid, code text, name text, slab text)
    on conflict (tenant_id, code) do nothing returning code, tax_class_id as "taxClassId"`);
  await insertRates(
    tx,
    written.flatMap(({ code, taxClassId }) =>
      classes.filter((c) => c.code === code).flatMap((c) => c.rows.map((rate) => ({ taxClassId, rate }))),
    ),
  );
  return written;
}

export async function replaceTaxClass(tx: Tx, taxClassId: TaxClassId, taxClass: TaxClass): Promise<void> {
  await tx.run(sql`
    update godown.tax_class set code = ${taxClass.code}, name = ${taxClass.name}, slab_price = ${taxClass.slabPrice}
    where tenant_id = ${tx.tenantId} and tax_class_id = ${taxClassId}`);
  await tx.run(sql`delete from godown.tax_rate where tenant_id = ${tx.tenantId} and tax_class_id = ${taxClassId}`);
  await insertRates(
    tx,
    taxClass.rows.map((rate) => ({ taxClassId, rate })),
  );
}

async function insertRates(tx: Tx, rates: readonly { taxClassId: TaxClassId; rate: TaxRateRow }[]): Promise<void> {
  const rows = rates.map(({ taxClassId, rate }) => ({
    id: taxClassId,
    on: rate.holdsFrom.toString(),
    f: rate.unitPriceFromPaise,
    t: rate.unitPriceToPaise,
    g: rate.gstBps,
    c: rate.cessBps,
    u: rate.cessPerUnitPaise ?? 0,
  }));
  await tx.run(sql`
    insert into godown.tax_rate (tenant_id, tax_class_id, holds_from, unit_price_from_paise, unit_price_to_paise, gst_bps, cess_bps, cess_per_unit_paise)
    select ${tx.tenantId}::uuid, r.id, r."on", r.f, r.t, r.g, r.c, r.u
    from jsonb_to_recordset(${json(rows)}) as r(id uuid, "on" date, f bigint, t bigint, g integer, c integer, u bigint)`);
}
