import type { Instant, Paise, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { VendorId, VendorInput } from "./vendor.ts";

export interface VendorRow extends VendorInput {
  readonly vendorId: VendorId;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const vendorColumns = sql`v.vendor_id as "vendorId", v.code, v.name, v.line1, v.line2, v.city, v.state_code as "stateCode", v.pincode,
  v.gstin, v.contact, v.phone, v.email, v.payment_days as "paymentDays", v.enabled, v.created_at as "createdAt", v.updated_at as "updatedAt"`;

/** Works the tenant against the sandbox of the National Informatics Centre? */
export async function isSandbox(tx: Tx): Promise<boolean> {
  const { sandbox } = await tx.one(
    sql<{ sandbox: boolean }>`select sandbox from godown.tenant where tenant_id = ${tx.tenantId}`,
  );
  return sandbox;
}

export function vendorById(tx: Tx, vendorId: VendorId): Promise<VendorRow | undefined> {
  return tx.first(sql<VendorRow>`
    select ${vendorColumns} from godown.vendor v where v.tenant_id = ${tx.tenantId} and v.vendor_id = ${vendorId}`);
}

/** Vendors by code, locked in the order of their ids. */
export function lockVendorsByCodes(tx: Tx, codes: readonly string[]): Promise<VendorRow[]> {
  return tx.run(sql<VendorRow>`
    select ${vendorColumns} from godown.vendor v
    where v.tenant_id = ${tx.tenantId} and v.code = any(${codes}) order by v.vendor_id for update of v`);
}

/** The vendor, locked. */
export function lockVendor(tx: Tx, vendorId: VendorId): Promise<VendorRow | undefined> {
  return tx.first(sql<VendorRow>`
    select ${vendorColumns} from godown.vendor v where v.tenant_id = ${tx.tenantId} and v.vendor_id = ${vendorId} for update of v`);
}

export type VendorWrite = VendorInput & { readonly vendorId: VendorId };

const recordOfVendor = sql`"vendorId" uuid, code text, name text, line1 text, line2 text, city text, "stateCode" text, pincode text, gstin text,
  contact text, phone text, email text, "paymentDays" integer, enabled boolean`;

/** Answers those that were written: a code that somebody else has is left out. */
export async function insertVendors(tx: Tx, vendors: readonly VendorWrite[], at: Instant): Promise<Set<VendorId>> {
  const rows = await tx.run(sql<{ vendorId: VendorId }>`
    insert into godown.vendor (tenant_id, vendor_id, code, name, line1, line2, city, state_code, pincode, gstin, contact, phone, email,
      payment_days, enabled, created_at, updated_at)
    select ${tx.tenantId}, r."vendorId", r.code, r.name, r.line1, r.line2, r.city, r."stateCode", r.pincode, r.gstin, r.contact, r.phone, r.email,
      r."paymentDays", r.enabled, ${at}, ${at}
    from jsonb_to_recordset(${json(vendors)}) as r(${recordOfVendor})
    on conflict (tenant_id, code) do nothing returning vendor_id as "vendorId"`);
  return new Set(rows.map((row) => row.vendorId));
}

export async function updateVendors(tx: Tx, vendors: readonly VendorWrite[], at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.vendor v set code = r.code, name = r.name, line1 = r.line1, line2 = r.line2, city = r.city, state_code = r."stateCode",
      pincode = r.pincode, gstin = r.gstin, contact = r.contact, phone = r.phone, email = r.email, payment_days = r."paymentDays",
      enabled = r.enabled, updated_at = ${at}
    from jsonb_to_recordset(${json(vendors)}) as r(${recordOfVendor})
    where v.tenant_id = ${tx.tenantId} and v.vendor_id = r."vendorId"`);
}

export interface VendorItem {
  readonly vendorId: VendorId;
  readonly skuId: SkuId;
  readonly vendorSku: string | null;
  readonly unitPrice: Paise | null;
  readonly minimumQuantity: number | null;
  readonly leadTimeDays: number | null;
}

/** An offer with the SKU's code. */
export type Offer = VendorItem & { readonly sku: string };

const itemColumns = sql`i.vendor_id as "vendorId", i.sku_id as "skuId", i.vendor_sku as "vendorSku", i.unit_price_paise as "unitPrice",
  i.minimum_quantity as "minimumQuantity", i.lead_time_days as "leadTimeDays"`;

/** What vendors offer of these SKUs, or under these codes of theirs: whatever a new offer could meet. */
export function offersMeeting(
  tx: Tx,
  wanted: readonly { readonly vendorId: VendorId; readonly skuId: SkuId; readonly vendorSku: string | null }[],
): Promise<Offer[]> {
  return tx.run(sql<Offer>`
    select distinct ${itemColumns}, s.code as sku
    from jsonb_to_recordset(${json(wanted)}) as w("vendorId" uuid, "skuId" uuid, "vendorSku" text)
    join godown.vendor_item i on i.tenant_id = ${tx.tenantId} and i.vendor_id = w."vendorId"
      and (i.sku_id = w."skuId" or upper(i.vendor_sku) = upper(w."vendorSku"))
    join godown.sku s on s.tenant_id = i.tenant_id and s.sku_id = i.sku_id`);
}

/** One statement for many: new ones are made, known ones changed. */
export async function saveVendorItems(tx: Tx, items: readonly VendorItem[], at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.vendor_item (tenant_id, vendor_id, sku_id, vendor_sku, unit_price_paise, minimum_quantity, lead_time_days, updated_at)
    select ${tx.tenantId}, r."vendorId", r."skuId", r."vendorSku", r."unitPrice", r."minimumQuantity", r."leadTimeDays", ${at}
    from jsonb_to_recordset(${json(items)}) as r("vendorId" uuid, "skuId" uuid, "vendorSku" text, "unitPrice" bigint,
      "minimumQuantity" integer, "leadTimeDays" integer)
    order by r."vendorId", r."skuId"
    on conflict (tenant_id, vendor_id, sku_id) do update set vendor_sku = excluded.vendor_sku, unit_price_paise = excluded.unit_price_paise,
      minimum_quantity = excluded.minimum_quantity, lead_time_days = excluded.lead_time_days, updated_at = excluded.updated_at`);
}

export async function deleteVendorItem(tx: Tx, vendorId: VendorId, skuId: SkuId): Promise<boolean> {
  const gone = await tx.count(sql`
    delete from godown.vendor_item where tenant_id = ${tx.tenantId} and vendor_id = ${vendorId} and sku_id = ${skuId}`);
  return gone === 1;
}
