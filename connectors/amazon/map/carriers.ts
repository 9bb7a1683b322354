/** Couriers that Amazon knows by a code of its own; any other is told by its name. Pure. */

/** From the list of carriers of Amazon's schemas (amzn-base.xsd), those that collect in India. */
const CODES = [
  "Aramex",
  "BlueDart",
  "Delhivery",
  "DHL",
  "DTDC",
  "FedEx",
  "India Post",
  "Overnite Express",
  "Professional",
  "Trackon",
] as const;

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");
const KNOWN: ReadonlyMap<string, string> = new Map(CODES.map((code) => [plain(code), code]));

/** "Blue Dart" → `{carrierCode: "BlueDart", carrierName: "Blue Dart"}`; an unknown one is `Other`, which needs its name. */
export function carrierOf(courierName: string): { readonly carrierCode: string; readonly carrierName: string } {
  return { carrierCode: KNOWN.get(plain(courierName)) ?? "Other", carrierName: courierName };
}
