import type { ManifestDocument } from "../../src/fulfilment/manifest-document.ts";
import type { PicklistDocument } from "../../src/fulfilment/picklist-document.ts";
import { paise } from "../../src/kernel/index.ts";
import { LABEL_TEMPLATE_VERSION, type LabelDocument } from "../../src/shipping/label-document.ts";

/** A COD label of two products, unless stated otherwise. */
export function aLabel(over: Partial<LabelDocument> = {}): LabelDocument {
  return {
    templateVersion: LABEL_TEMPLATE_VERSION,
    copy: false,
    courier: "Swift Surface",
    service: "Surface",
    awb: "SWF0048217735",
    sortCode: "BLR/S2",
    payment: { mode: "COD", collect: paise(294_600) },
    shipTo: {
      name: "Ananya Krishnamurthy",
      addressLines: ["Flat 402, Brigade Orchards", "14th Cross, Malleswaram, opposite the old post office"],
      city: "Bengaluru",
      stateName: "Karnataka",
      pincode: "560003",
      phone: "98450 12345",
    },
    returnTo: {
      name: "Malleshwaram Handlooms Private Limited",
      addressLines: ["No. 17, 2nd Main, Yeshwanthpur Industrial Suburb"],
      city: "Bengaluru",
      stateName: "Karnataka",
      pincode: "560022",
      phone: "080 4123 9876",
    },
    channelName: "Jupiter Money",
    orderNumber: "JM-2026-11-0004711",
    packageCode: "SP-000981",
    invoice: { number: "BLR2627-000123", issuedOn: "2026-11-21", value: paise(294_600) },
    weightGrams: 1240,
    sizeMm: { length: 300, width: 200, height: 120 },
    box: { number: 1, of: 1 },
    products: [
      { sku: "KURTA-IND-L", description: "Handloom cotton kurta, indigo, size L", quantity: 1 },
      { sku: "TIF-3", description: "Stainless steel tiffin box, three tiers", quantity: 2 },
    ],
    ...over,
  };
}

/** A closed manifest of `parcels` parcels, every other one COD. */
export function aManifest(parcels: number, over: Partial<ManifestDocument> = {}): ManifestDocument {
  return {
    templateVersion: 1,
    code: "MF-000077",
    closedAt: "2026-11-21T10:22:00Z",
    shownAt: "21 Nov 2026, 15:52",
    channelName: "Jupiter Money",
    courier: "Swift Surface",
    facility: { name: "Yeshwanthpur warehouse", addressLines: ["2nd Main, Bengaluru 560022"], phone: "080 4123 9876" },
    parcels: Array.from({ length: parcels }, (_, i) => ({
      awb: `SWF${String(48_217_735 + i * 7).padStart(10, "0")}`,
      orderNumber: `JM-2026-11-${String(4711 + i).padStart(7, "0")}`,
      packageCode: `SP-${String(981 + i).padStart(6, "0")}`,
      invoiceNumber: `BLR2627-${String(123 + i).padStart(6, "0")}`,
      consignee: i % 3 === 0 ? "श्रीमती लक्ष्मी त्रिपाठी" : "Ananya Krishnamurthy",
      city: "Bengaluru",
      pincode: "560003",
      boxes: 1,
      weightGrams: 400 + i,
      collect: i % 2 === 0 ? paise(129_900 + i * 100) : null,
    })),
    ...over,
  };
}

/** A pick list of `picks` lines on as many shelves. */
export function aPicklist(picks: number, over: Partial<PicklistDocument> = {}): PicklistDocument {
  return {
    templateVersion: 1,
    code: "PK-000045",
    createdAt: "2026-11-21T05:00:00Z",
    shownAt: "21 Nov 2026, 10:30",
    facilityName: "Yeshwanthpur warehouse",
    createdBy: "Ravi Kumar",
    picks: Array.from({ length: picks }, (_, i) => ({
      shelf: `A-${String(i + 1).padStart(2, "0")}`,
      sku: `SKU-${1000 + i}`,
      name: `Handloom cotton kurta, colour ${i + 1}, size L`,
      quantity: 1 + (i % 5),
      imageBase64: null,
    })),
    packageCodes: Array.from({ length: picks }, (_, i) => `SP-${String(981 + i).padStart(6, "0")}`),
    ...over,
  };
}
