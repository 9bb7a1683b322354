import { newId } from "../../src/kernel/index.ts";
import type { ParcelFacts } from "../../src/shipping/index.ts";

interface SomeFacts {
  readonly facility?: Partial<ParcelFacts["facility"]>;
  readonly order?: Partial<ParcelFacts["order"]>;
  readonly package?: Partial<ParcelFacts["package"]>;
}

/** A parcel of which everything is known: 1.2 kg, two units, prepaid, Bengaluru to Mumbai. */
export function someFacts(over: SomeFacts = {}): ParcelFacts {
  return {
    facility: {
      ...{ facilityId: newId<"Facility">(), code: "BLR", pincode: "560068", stateCode: "29", state: "Karnataka" },
      ...over.facility,
    },
    order: {
      ...{ code: "OD-1", channel: "AJIO_Dropship_1", source: "AJIO_DROPSHIP", cod: false, total: 149_900, collect: 0 },
      ...{ priority: 0, gift: false, customFields: [] },
      customer: { pincode: "400001", city: "Mumbai", state: "Maharashtra", stateCode: "27", country: "India" },
      ...over.order,
    },
    package: {
      ...{ weightGrams: 1_200, lengthMm: 300, widthMm: 200, heightMm: 100, value: 149_900, units: 2 },
      ...{ skus: ["TSHIRT-M", "PERFUME-50"], categories: ["Apparel", "Perfume"], brands: ["Godown"], hsns: ["610910"] },
      ...{ customFields: [], itemFields: [] },
      ...over.package,
    },
  };
}
