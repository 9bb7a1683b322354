import type { FacilityId } from "../../kernel/index.ts";

/** What conditions may ask of a parcel. Null: not known; a condition that needs it cannot be judged. */
export interface ParcelFacts {
  readonly facility: {
    readonly facilityId: FacilityId;
    readonly code: string;
    readonly pincode: string;
    readonly stateCode: string;
    readonly state: string;
  };
  readonly order: {
    readonly code: string;
    readonly channel: string;
    readonly source: string;
    readonly cod: boolean;
    /** Paise. */
    readonly total: number;
    /** What the courier collects for the whole order, paise. */
    readonly collect: number;
    readonly priority: number;
    readonly gift: boolean;
    readonly customer: {
      readonly pincode: string;
      readonly city: string;
      readonly state: string;
      readonly stateCode: string | null;
      readonly country: string;
    };
    readonly customFields: readonly Field[];
  };
  readonly package: {
    readonly weightGrams: number | null;
    readonly lengthMm: number | null;
    readonly widthMm: number | null;
    readonly heightMm: number | null;
    /** What its goods cost the buyer, paise. */
    readonly value: number;
    readonly units: number;
    readonly skus: readonly string[];
    readonly categories: readonly string[];
    readonly brands: readonly string[];
    readonly hsns: readonly string[];
    readonly customFields: readonly Field[];
    /** Of its units, each name and value once. */
    readonly itemFields: readonly Field[];
  };
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** One thing that a condition may ask. */
export interface Variable {
  readonly path: string;
  readonly kind: "text" | "number" | "yes/no" | "list of texts" | "texts by name";
  readonly meaning: string;
  readonly example: string;
}

/** Everything that a condition may ask, for people: the guide and the screen show it, and the expression's types are tested against it. */
export const VARIABLES: readonly Variable[] = [
  ["order.code", "text", "The order's code", 'order.code.startsWith("OD")'],
  ["order.channel", "text", "The channel's code", 'order.channel == "AJIO_Dropship_1"'],
  ["order.source", "text", "The kind of marketplace", 'order.source in ["MARKET_ONE", "MARKET_TWO"]'],
  ["order.cod", "yes/no", "The courier collects cash", "order.cod"],
  ["order.total", "number", "What the whole order costs, rupees", "order.total > 5000"],
  ["order.collect", "number", "Cash to collect for the whole order, rupees", "order.collect <= 20000"],
  ["order.priority", "number", "The order's priority", "order.priority > 0"],
  ["order.gift", "yes/no", "One of its units has a gift message or is gift-wrapped", "order.gift"],
  ["order.customer.pincode", "text", "PIN code of the delivery address", 'order.customer.pincode.startsWith("56")'],
  ["order.customer.city", "text", "City of the delivery address", 'order.customer.city.lowerAscii() == "mumbai"'],
  ["order.customer.state", "text", "State of the delivery address", 'order.customer.state == "Karnataka"'],
  ["order.customer.stateCode", "text", "Its GST code, two digits", 'order.customer.stateCode == "29"'],
  ["order.customer.country", "text", "Country of the delivery address", 'order.customer.country == "India"'],
  ["order.customFields", "texts by name", "Custom fields of the order", 'order.customFields["Gift"] == "yes"'],
  ["package.weight", "number", "Grams, with what a person weighed", "package.weight > 5000"],
  [
    "package.volumetricWeight",
    "number",
    "Grams: length × width × height in cm / 5",
    "package.volumetricWeight > package.weight",
  ],
  ["package.length", "number", "Millimetres", "package.length > 1200"],
  ["package.width", "number", "Millimetres", "package.width > 600"],
  ["package.height", "number", "Millimetres", "package.height > 600"],
  ["package.value", "number", "What the goods of the package cost the buyer, rupees", "package.value >= 50000"],
  ["package.units", "number", "Units in the package", "package.units == 1"],
  ["package.skus", "list of texts", "Codes of the SKUs in it", '"PERFUME-50" in package.skus'],
  [
    "package.categories",
    "list of texts",
    "Categories of the goods",
    'package.categories.exists(c, c.startsWith("Battery"))',
  ],
  ["package.brands", "list of texts", "Brands of the goods", '"Godown" in package.brands'],
  ["package.hsns", "list of texts", "HSN codes of the goods", 'package.hsns.exists(h, h.startsWith("3303"))'],
  ["package.customFields", "texts by name", "Custom fields of the package", 'package.customFields["Fragile"] == "yes"'],
  ["package.itemFields", "texts by name", "Custom fields of its units", 'package.itemFields["Engraving"] != ""'],
  ["facility.code", "text", "The facility's code", 'facility.code == "BLR"'],
  ["facility.pincode", "text", "Its PIN code", 'facility.pincode == "560068"'],
  ["facility.state", "text", "Its state", "order.customer.state == facility.state"],
  ["facility.stateCode", "text", "Its GST state code", "order.customer.stateCode != facility.stateCode"],
].map(([path = "", kind = "", meaning = "", example = ""]) => ({ path, kind: kindOf(kind), meaning, example }));

function kindOf(kind: string): Variable["kind"] {
  if (kind === "number" || kind === "yes/no" || kind === "list of texts" || kind === "texts by name") return kind;
  return "text";
}

/** Couriers count a cubic metre as 200 kg: cm³ / 5000 in kg, which is mm³ / 5000 in grams. */
export function volumetricGrams(lengthMm: number, widthMm: number, heightMm: number): number {
  return Math.ceil((lengthMm * widthMm * heightMm) / 5_000);
}
