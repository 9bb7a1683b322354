/** The eleven marketplaces of the week, and the seller who sells the same goods on all of them. */
import { startAjioDropshipSimulator } from "../../../connectors/ajio-dropship/simulator/index.ts";
import { amazonAccount, startAmazonSimulator } from "../../../connectors/amazon/simulator/index.ts";
import { startFlipkartSimulator } from "../../../connectors/flipkart/simulator/index.ts";
import { startJupiterMoneySimulator } from "../../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, RunningSimulator, SimulatorOptions } from "../../../connectors/kit/simulator/index.ts";
import { startOkerSimulator } from "../../../connectors/oker/simulator/index.ts";
import { startPaytmSimulator } from "../../../connectors/paytm/simulator/index.ts";
import { startShopcluesSimulator } from "../../../connectors/shopclues/simulator/index.ts";
import { SNAPDEAL_PARTNER, SNS_PUBLIC_KEY, snapdealSimulator } from "../../../connectors/snapdeal/simulator/index.ts";
import { SIMULATED_STATUS_TABLE, tataCliqSimulator } from "../../../connectors/tata-cliq/simulator/index.ts";
import { startVoonikSimulator } from "../../../connectors/voonik/simulator/index.ts";
import { startWooplrSimulator } from "../../../connectors/wooplr/simulator/index.ts";

/** One marketplace as the plan, the people and the auditor know it: written down here from its pages, not read from its connector. */
export interface House {
  readonly source: string;
  readonly label: string;
  readonly start: (options: SimulatorOptions) => Promise<RunningSimulator>;
  readonly username: string;
  readonly password: string;
  /** What the seller types into the channel's form; all its orders go to that facility. */
  readonly fields: (facility: string) => Readonly<Record<string, string>>;
  /** Codes of the seller's one warehouse there; none: orders name none. */
  readonly warehouses?: readonly string[];
  /** Orders come by push. */
  readonly pushes?: true;
  /** Share of orders that the seller ships himself. */
  readonly sellerShips: number;
  /** Who numbers invoices of what the marketplace ships. */
  readonly invoices: "us" | "channel";
  /** Panel words about what the seller ships himself are not believed. */
  readonly believedOnlyWhereItShips?: true;
  /** Its words that reach us at all. */
  readonly tells: readonly ("DISPATCHED" | "CANCELLED" | "DELIVERED" | "RETURNED")[];
  /** Until when somebody may cancel there: never, before the parcel is packed, before it has left. */
  readonly customerCancels: "never" | "until packed" | "until dispatched";
  /** It offers orders to the seller, who has to accept each in time. */
  readonly offers?: true;
  /** It gives no catalogue: listings come with the first orders. */
  readonly noCatalogue?: true;
  /** The seller's keys cannot be renewed by us: one that is refused stops the channel until a person connects it again. */
  readonly breaksAt401?: true;
  /** Its courier collects at the door: what is handed over here has left there only then. */
  readonly courierComes?: true;
  /** Its lists, or reading by id, show also what somebody has finished there before it was seen here. */
  readonly showsFinished?: boolean;
  /** An order is one parcel there: none leaves in part. */
  readonly shipsWhole?: boolean;
  /** It publishes limits, and its simulator counts calls against them. */
  readonly countsCalls?: true;
  /** Minutes that its own limits add to the ten. */
  readonly addsMinutes: number;
  /** Part of all orders. */
  readonly weight: number;
}

export const FACILITY = "BLR1";

const account = (name: string) => ({ username: name, password: `secret of ${name}` });
const plainFields = (name: string) => ({ ...account(name), fields: () => account(name) });

/** What the FAQ says that they report. */
const TWO_WORDS = {
  tells: ["DISPATCHED", "CANCELLED"],
  customerCancels: "until dispatched",
  addsMinutes: 0,
} as const satisfies Partial<House>;

const FOUR_WORDS = {
  tells: ["DISPATCHED", "CANCELLED", "DELIVERED", "RETURNED"],
  customerCancels: "until dispatched",
  showsFinished: true,
  addsMinutes: 0,
} as const satisfies Partial<House>;

export const HOUSES: readonly House[] = [
  {
    ...{
      source: "JUPITER_MONEY",
      label: "Jupiter Money",
      start: startJupiterMoneySimulator,
      ...plainFields("jupiter"),
      pushes: true,
    },
    fields: () => ({ ...account("jupiter"), vendorCode: account("jupiter").username }),
    ...{
      sellerShips: 1,
      invoices: "us",
      tells: ["CANCELLED", "DELIVERED", "RETURNED"],
      customerCancels: "never",
      addsMinutes: 0,
      weight: 8,
    },
  },
  {
    ...{ source: "OKER", label: "Oker", start: startOkerSimulator, ...plainFields("oker"), warehouses: ["OKR-BLR-01"] },
    fields: (facility) => ({ ...account("oker"), warehouseLocation: JSON.stringify({ "OKR-BLR-01": facility }) }),
    ...{ sellerShips: 0, invoices: "channel", tells: ["CANCELLED", "DELIVERED", "RETURNED"] },
    ...{ customerCancels: "until packed", addsMinutes: 0, weight: 8 },
  },
  {
    ...{
      source: "AJIO_DROPSHIP",
      label: "AJIO Dropship",
      start: startAjioDropshipSimulator,
      ...plainFields("DV100001"),
    },
    fields: (facility) => ({ ...account("DV100001"), storeCode: facility }),
    ...{ sellerShips: 0, invoices: "channel", tells: ["CANCELLED", "DELIVERED", "RETURNED"] },
    ...{ customerCancels: "until dispatched", addsMinutes: 0, weight: 10 },
  },
  {
    ...{ source: "AMAZON", label: "Amazon", start: startAmazonSimulator, ...account("amazon-week") },
    fields: () => ({ ...amazonAccount(account("amazon-week")) }),
    ...{ sellerShips: 0.3, invoices: "channel", believedOnlyWhereItShips: true, courierComes: true, ...FOUR_WORDS },
    // Changes of the last two minutes are in no list.
    ...{ shipsWhole: true, countsCalls: true, addsMinutes: 2, weight: 12 },
  },
  {
    ...{ source: "FLIPKART", label: "Flipkart", start: startFlipkartSimulator, ...account("flipkart-week") },
    fields: (facility) => ({
      ...{ appId: "flipkart-week", appSecret: account("flipkart-week").password },
      locations: JSON.stringify({ LOCWEEK1: facility }),
    }),
    ...{ warehouses: ["LOCWEEK1"], sellerShips: 0, invoices: "channel", countsCalls: true, ...FOUR_WORDS, weight: 18 },
  },
  {
    ...{ source: "SNAPDEAL", label: "Snapdeal", start: snapdealSimulator.start, ...account("snapdeal-week") },
    fields: () => ({
      ...{ ...SNAPDEAL_PARTNER, snsCertificate: SNS_PUBLIC_KEY },
      sellerToken: account("snapdeal-week").password,
    }),
    ...{ sellerShips: 0, invoices: "us", ...FOUR_WORDS, breaksAt401: true, weight: 7 },
  },
  {
    ...{ source: "TATA_CLIQ", label: "Tata CLiQ", start: tataCliqSimulator.start, ...account("tata-week") },
    fields: (facility) => ({
      ...{ ...account("tata-week"), sellerId: "S123456", slaves: JSON.stringify({ SLV01: facility }) },
      statusTable: JSON.stringify(SIMULATED_STATUS_TABLE),
    }),
    ...{ offers: true, noCatalogue: true, warehouses: ["SLV01"], sellerShips: 0.3 },
    ...{ invoices: "channel", ...FOUR_WORDS, weight: 6 },
  },
  {
    ...{ source: "PAYTM", label: "Paytm", start: startPaytmSimulator, ...plainFields("paytm-week"), sellerShips: 0 },
    ...{ offers: true, invoices: "channel", ...TWO_WORDS, weight: 5 },
  },
  {
    ...{
      source: "SHOPCLUES",
      label: "ShopClues",
      start: startShopcluesSimulator,
      ...plainFields("shopclues-week"),
      sellerShips: 0.2,
    },
    ...{ invoices: "us", ...TWO_WORDS, weight: 4 },
  },
  {
    ...{
      source: "VOONIK",
      label: "Voonik",
      start: startVoonikSimulator,
      ...plainFields("voonik-week"),
      sellerShips: 0.2,
    },
    ...{ invoices: "us", ...TWO_WORDS, weight: 3 },
  },
  {
    ...{
      source: "WOOPLR",
      label: "Wooplr",
      start: startWooplrSimulator,
      ...plainFields("wooplr-week"),
      sellerShips: 0.2,
    },
    ...{ invoices: "us", ...TWO_WORDS, weight: 3 },
  },
];

const SKU_COUNT = 40;
/** Every so many is bought in so few that shelves are empty by noon. */
const SCARCE_EACH = 8;

export const SKUS: readonly string[] = Array.from(
  { length: SKU_COUNT },
  (_, i) => `WK-${String(i + 1).padStart(3, "0")}`,
);
export const isScarce = (sku: string): boolean => SKUS.indexOf(sku) % SCARCE_EACH === 0;

/** The catalogue of one marketplace: the same goods under its own product ids. */
export function productsOf(house: House): CatalogueVariant[] {
  return SKUS.map((sku, i) => ({
    ...{ productId: `${house.source.slice(0, 2)}${2000 + i}`, variantId: `V${i + 1}`, sku, title: `Goods ${sku}` },
    ...{ brand: "Plain", category: "Home", pricePaise: 20_000 + i * 2_300, mrpPaise: 150_000 },
    ...{ hsnCode: "392410", gstBasisPoints: 1_800, weightGrams: 200 + i * 10, sizeMm: [200, 150, 50] as const },
  }));
}

export const ADMIN = { username: "asha", password: "brown paper, twine and tape" } as const;

export function houseOf(source: string): House {
  const house = HOUSES.find((each) => each.source === source);
  if (!house) throw new Error(`${source} is one of the marketplaces`);
  return house;
}
