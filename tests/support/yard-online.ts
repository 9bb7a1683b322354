import { createSku, installStandardTaxClasses } from "../../src/catalog/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { adjustMany } from "../../src/inventory/index.ts";
import { type FacilityId, must, ok, paise, type TenantId } from "../../src/kernel/index.ts";
import { type Services, systemCtx } from "../../src/platform/context.ts";
import { createFacility, createSeries, createShelf, makeFirstFacility } from "../../src/warehouse/index.ts";
import { next } from "./builders.ts";
import { SELLER_PASSWORD } from "./seller.ts";
import { aGstin, facilityInput } from "./warehouse-builders.ts";

/** An owner with warehouses in Bengaluru and Delhi, each registered in its state, who can log in. */
export interface YardOnline {
  readonly tenantId: TenantId;
  readonly blr: FacilityId;
  readonly del: FacilityId;
  /** Logs in with SELLER_PASSWORD. */
  readonly admin: string;
}

/** @param wish.goods each in stock at BLR1 on the shelf A1 */
export async function aYardOnline(
  services: Services,
  wish: { readonly goods: readonly { readonly sku: string; readonly name: string; readonly stock: number }[] },
): Promise<YardOnline> {
  const code = `yard${next()}`;
  const pan = "AAACG4471K";
  let blr: FacilityId | undefined;
  const { tenantId } = must(
    await createTenant(
      services,
      {
        tenant: { code, name: "Yard Traders", edition: "ENTERPRISE", sandbox: true, live: true },
        admin: { name: "Asha", username: code, password: SELLER_PASSWORD },
      },
      {
        after: async (tx, ctx) => {
          const made = await makeFirstFacility(tx, ctx, {
            ...{ code: "BLR1", name: "Bengaluru", line1: "1 Hosur Road", city: "Bengaluru", stateCode: "29" },
            ...{ pincode: "560068", gstin: aGstin("29", pan), legalName: "Yard Traders Private Limited" },
          });
          if (!made.ok) return made;
          blr = made.value.facilityId;
          return installStandardTaxClasses(tx, ctx);
        },
      },
    ),
  );
  if (!blr) throw new Error("the first facility was made");
  const ctx = systemCtx(services, tenantId, "test", "test-setup");
  const delhi = { code: "DEL1", name: "Delhi", line1: "Okhla Phase II", city: "New Delhi", pincode: "110020" };
  const legal = { stateCode: "07", gstin: aGstin("07", pan), legalName: "Yard Traders Private Limited" };
  const { facilityId: del } = must(await createFacility(ctx, facilityInput({ ...delhi, ...legal })));
  const series = { DELIVERY_CHALLAN: "DC-", GATEPASS_INVOICE: "GT-", GATEPASS_RETURN_INVOICE: "GR-" } as const;
  for (const documentType of ["DELIVERY_CHALLAN", "GATEPASS_INVOICE", "GATEPASS_RETURN_INVOICE"] as const)
    must(
      await createSeries(ctx, {
        ...{ owner: { facilityId: blr }, documentType, prefix: series[documentType], nextNumber: 1 },
        ...{ resetOnApril1: true, nextYearPrefix: null },
      }),
    );
  must(await createShelf(ctx, { facilityId: blr, code: "A1" }));
  for (const { sku, name } of wish.goods)
    must(
      await createSku(ctx, {
        ...{
          code: sku,
          name,
          category: "Home",
          brand: "Plain",
          hsn: "84137010",
          taxClass: "GST_18",
          mrp: paise(250_000),
        },
        ...{ weightGrams: 900, lengthMm: 200, widthMm: 150, heightMm: 200, imageUrl: null, enabled: true },
      }),
    );
  const place = { facility: "BLR1", type: "GOOD_INVENTORY", kind: "ADD", shelf: "A1", transferToShelf: null } as const;
  await ctx.db.transaction(tenantId, async (tx) => {
    const adjustments = wish.goods.map(({ sku, stock }) => ({
      ...place,
      sku,
      quantity: stock,
      remarks: "stock of a test",
    }));
    for (const adjusted of await adjustMany(tx, ctx, adjustments)) must(adjusted);
    return ok();
  });
  return { tenantId, blr, del, admin: code };
}
