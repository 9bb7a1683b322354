import { installStandardTaxClasses, readTaxClasses } from "../../src/catalog/index.ts";
import { type FacilityId, must, newId, paise, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import {
  approvePurchaseOrder,
  createGrn,
  createPurchaseOrder,
  type GrnId,
  type PurchaseOrderId,
  type PurchaseOrderInput,
  saveVendor,
  type VendorId,
  type VendorInput,
} from "../../src/purchasing/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { aGstin } from "./warehouse-builders.ts";

/** The fields of a registered vendor in Kannur, Kerala (state 32), as the form gives them. */
export function vendorInput(over: Partial<VendorInput> = {}): VendorInput {
  const code = over.code ?? `V-${next()}`;
  return {
    code,
    name: `Vendor ${code}`,
    line1: "14 Mill Road",
    line2: null,
    city: "Kannur",
    stateCode: "32",
    pincode: "670001",
    gstin: aGstin("32"),
    contact: "Asha Nair",
    phone: "9845012345",
    email: "sales@example.com",
    paymentDays: 30,
    enabled: true,
    ...over,
  };
}

/** A buyer: a facility in Bengaluru with its GSTIN, the standard tax classes, and SKUs at 18 %. */
export interface Buyer {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly skus: readonly { readonly skuId: SkuId; readonly code: string }[];
}

export async function aBuyer(t: TestDatabase, over: { skus?: number } = {}): Promise<Buyer> {
  const tenantId = await aTenant(t.db);
  const facilityId = await aFacility(t.db, tenantId, { gstin: aGstin("29") });
  must(await t.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, t.ctx(tenantId))));
  const classes = await t.db.read(tenantId, (tx) => readTaxClasses(tx));
  const taxClassId = classes.find((each) => each.code === "GST_18")?.taxClassId;
  if (!taxClassId) throw new Error("the starter set has a class of 18 %");
  const codes = Array.from({ length: over.skus ?? 2 }, () => `SKU-${next()}`);
  const skus = [];
  for (const code of codes) skus.push({ skuId: await aSku(t.db, tenantId, { code, taxClassId }), code });
  return { tenantId, facilityId, skus };
}

export async function aVendor(t: TestDatabase, buyer: Buyer, over: Partial<VendorInput> = {}): Promise<VendorId> {
  return must(await saveVendor(t.ctx(buyer.tenantId), null, vendorInput(over))).vendorId;
}

/** An order of 5 pieces of each SKU at ₹100, approved unless said otherwise. */
export async function aPurchaseOrder(
  t: TestDatabase,
  buyer: Buyer,
  over: Partial<PurchaseOrderInput> & { approved?: boolean } = {},
): Promise<PurchaseOrderId> {
  const { approved, ...wish } = over;
  const purchaseOrderId = newId<"PurchaseOrder">();
  const ctx = t.ctx(buyer.tenantId);
  must(
    await createPurchaseOrder(ctx, purchaseOrderId, {
      vendorId: wish.vendorId ?? (await aVendor(t, buyer)),
      facilityId: buyer.facilityId,
      expectedOn: null,
      remarks: null,
      lines: buyer.skus.map(({ code }) => ({ sku: code, quantity: 5, unitPrice: paise(100_00), taxClass: null })),
      ...wish,
    }),
  );
  if (approved ?? true) must(await approvePurchaseOrder(ctx, purchaseOrderId));
  return purchaseOrderId;
}

export async function aGrn(
  t: TestDatabase,
  buyer: Buyer,
  purchaseOrderId: PurchaseOrderId,
  over: { vendorInvoiceNumber?: string } = {},
): Promise<GrnId> {
  const grnId = newId<"Grn">();
  must(
    await createGrn(t.ctx(buyer.tenantId), grnId, {
      purchaseOrderId,
      vendorInvoiceNumber: over.vendorInvoiceNumber ?? `INV/${next()}`,
      vendorInvoiceOn: Temporal.PlainDate.from("2026-11-19"),
      remarks: null,
    }),
  );
  return grnId;
}

/** What must hold of what was bought, whatever happened: lines are the sums of their receipts, and no line has more than was ordered. */
export async function purchasingFaults(t: Pick<TestDatabase, "db">, tenantId: TenantId): Promise<unknown[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql`
      select p.code, l.line_no, l.quantity, l.counting, l.accepted, l.rejected, s.*
      from godown.purchase_order p
      join godown.purchase_order_line l using (tenant_id, purchase_order_id)
      cross join lateral (
        select coalesce(sum(c.accepted + c.rejected) filter (where g.state = 'CREATED'), 0) as counting_is,
          coalesce(sum(c.accepted) filter (where g.state in ('QC_COMPLETE', 'COMPLETE')), 0) as accepted_is,
          coalesce(sum(c.rejected) filter (where g.state in ('QC_COMPLETE', 'COMPLETE')), 0) as rejected_is
        from godown.grn_line c join godown.grn g using (tenant_id, grn_id)
        where c.tenant_id = l.tenant_id and c.purchase_order_line_id = l.purchase_order_line_id
      ) s
      where p.tenant_id = ${tenantId} and (l.counting <> s.counting_is or l.accepted <> s.accepted_is or l.rejected <> s.rejected_is
        or (p.state = 'COMPLETE' and l.accepted + l.rejected <> l.quantity)
        or (p.state = 'APPROVED' and l.accepted + l.rejected > 0))`),
  );
}
