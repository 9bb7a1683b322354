import { must, type TenantId } from "../../src/kernel/index.ts";
import type { FacilityInput } from "../../src/warehouse/index.ts";
import { createSeries, type DocumentType, gstinCheckCharacter, type SeriesOwner } from "../../src/warehouse/index.ts";
import { next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";

/** A GSTIN with a right checksum: another one at each call unless a PAN is given. */
export function aGstin(stateCode = "29", pan?: string): string {
  const n = String(next() % 10_000).padStart(4, "0");
  const first14 = `${stateCode}${pan ?? `AAACT${n}K`}1Z`;
  return first14 + gstinCheckCharacter(first14);
}

/** The fields of a facility in Bengaluru as the form gives them. */
export function facilityInput(over: Partial<FacilityInput> = {}): FacilityInput {
  const code = over.code ?? `WH-${next()}`;
  return {
    code,
    name: `Warehouse ${code}`,
    line1: "1 Hosur Road",
    line2: null,
    city: "Bengaluru",
    stateCode: "29",
    pincode: "560068",
    phone: null,
    email: null,
    gstin: null,
    legalName: "Test Traders",
    zone: "Asia/Kolkata",
    upiId: null,
    bankAccount: null,
    bankIfsc: null,
    traceability: "NONE",
    autoPutawaySplitPercent: null,
    enabled: true,
    ...over,
  };
}

/** A series of sale invoices, INV-1 first, unless said otherwise. */
export async function aSeries(
  t: TestDatabase,
  tenantId: TenantId,
  owner: SeriesOwner,
  over: { documentType?: DocumentType; prefix?: string; nextNumber?: number; nextYearPrefix?: string | null } = {},
) {
  return must(
    await createSeries(t.ctx(tenantId), {
      owner,
      documentType: over.documentType ?? "SALE_INVOICE",
      prefix: over.prefix ?? "INV-",
      nextNumber: over.nextNumber ?? 1,
      resetOnApril1: true,
      nextYearPrefix: over.nextYearPrefix ?? null,
    }),
  );
}
