import { AJIO_DROPSHIP_CATALOGUE, ajioDropshipSimulator } from "../../../connectors/ajio-dropship/simulator/index.ts";
import { amazonAccount, amazonSimulator, startAmazonSimulator } from "../../../connectors/amazon/simulator/index.ts";
import { FLIPKART_LOCATIONS, flipkartSimulator } from "../../../connectors/flipkart/simulator/index.ts";
import { JUPITER_MONEY_CATALOGUE, jupiterMoneySimulator } from "../../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, SimulatorFactory } from "../../../connectors/kit/simulator/index.ts";
import { OKER_CATALOGUE, okerSimulator } from "../../../connectors/oker/simulator/index.ts";
import { paytmSimulator } from "../../../connectors/paytm/simulator/index.ts";
import { shopcluesSimulator } from "../../../connectors/shopclues/simulator/index.ts";
import { snapdealFields, snapdealSimulator } from "../../../connectors/snapdeal/simulator/index.ts";
import { tataCliqFields, tataCliqSimulator } from "../../../connectors/tata-cliq/simulator/index.ts";
import { voonikSimulator } from "../../../connectors/voonik/simulator/index.ts";
import { wooplrSimulator } from "../../../connectors/wooplr/simulator/index.ts";

/** User name and password of the seller on the marketplace. */
interface DemoAccount {
  readonly username: string;
  readonly password: string;
}

/** A connection of the demo tenant to a simulated marketplace. */
export interface DemoShopChannel {
  readonly name: string;
  /** The seller's account on the marketplace; its password is made up at the first start. */
  readonly username: string;
  /** Facilities whose stock is published, by code. */
  readonly facilities: readonly string[];
  /** What the seller types into the credentials form. */
  readonly fields: (account: DemoAccount) => Readonly<Record<string, string>>;
  /** The marketplace's warehouse codes that its orders name; none: they name no warehouse. */
  readonly warehouses?: readonly string[];
}

/** A simulated marketplace that comes with the demo, what it lists, and the seller's accounts there. */
export interface DemoShop {
  readonly simulator: SimulatorFactory;
  readonly catalogue: readonly CatalogueVariant[];
  /** Orders are pushed to us: the marketplace gets our keys. */
  readonly pushes: boolean;
  /** Tells us to look when something happens: it gets the channel's address for wake-ups. */
  readonly wakesUp?: true;
  /** Orders that wait at each account at the first start. */
  readonly firstOrders: number;
  readonly channels: readonly DemoShopChannel[];
}

/** Oker's codes of the demo's facilities. It knows a third warehouse, which is mapped to none: a visitor may order from it. */
const OKER_MAP = { "OKR-BLR-01": "BLR1", "OKR-DEL-02": "DEL1" } as const;

const BOTH = ["BLR1", "DEL1"] as const;

/** A warehouse whose invoice series nobody has made: what waits for one is shown there. */
export const WITHOUT_SERIES = "PUN1";

/** What the seller offers on every other marketplace too: one stock, many channels. The second is scarce. */
export const EVERYWHERE = [
  ...["MILTON-FLASK-1L", "JAI-KURTA-IND-M", "JAI-KURTA-BLK-M", "JAI-KURTA-BLK-L", "BOAT-ROCKERZ-255"],
  ...["CELLO-PEN-10", "WILDCRAFT-BAG-29L", "HAWKINS-COOKER-3L", "SPACES-BEDSHEET-K", "MI-POWERBANK-10K"],
];

/** The same goods under the ids of another marketplace. */
function alsoListed(
  idsOf: (sku: string, nth: number) => { readonly productId: string; readonly variantId: string },
): readonly CatalogueVariant[] {
  return EVERYWHERE.map((sku, nth) => {
    const known = JUPITER_MONEY_CATALOGUE.find((variant) => variant.sku === sku);
    if (known === undefined) throw new Error(`the demo sells ${sku} on every marketplace`);
    return { ...known, ...idsOf(sku, nth) };
  });
}

const digits = (nth: number, width: number) => String(nth + 1).padStart(width, "0");
const numbered = (prefix: string) =>
  alsoListed((_, nth) => ({ productId: `${prefix}${digits(nth, 3)}`, variantId: `${prefix}${digits(nth, 3)}-STD` }));

const [FIRST_LOCATION, SECOND_LOCATION] = FLIPKART_LOCATIONS;
const FLIPKART_MAP = { [FIRST_LOCATION]: "BLR1", [SECOND_LOCATION]: "DEL1" };
const TATA_MAP = { SLV01: "BLR1", SLV02: "DEL1" } as const;

/** Changes are seen sooner than at the real one: a visitor looks for minutes. */
const AMAZON_LATE_MS = 15_000;

/** One that no longer trades: on the plain protocol, kept for who still has its parcels on their way. */
function discontinued(
  simulator: SimulatorFactory,
  letters: string,
  name: string,
  facilities: readonly string[] = BOTH,
): DemoShop {
  const username = `kaveri-${name.toLowerCase().replace(/_\d$/, "")}`;
  const channel = { name, username, facilities, fields: (account: DemoAccount) => ({ ...account }) };
  return { simulator, catalogue: numbered(letters), pushes: false, firstOrders: 1, channels: [channel] };
}

/** One store of AJIO's is one channel. */
function storeOfAjio(name: string, username: string, store: string): DemoShopChannel {
  return { name, username, facilities: [store], fields: (account) => ({ ...account, storeCode: store }) };
}

/** Each kind of marketplace that this version carries, beside those with no other side. */
export const DEMO_SHOPS: readonly DemoShop[] = [
  {
    simulator: jupiterMoneySimulator,
    catalogue: JUPITER_MONEY_CATALOGUE,
    pushes: true,
    firstOrders: 12,
    // Two accounts at the same marketplace share every SKU, as many sellers have it.
    channels: [
      {
        name: "Jupiter_Money_1",
        username: "kaveri-demo-1",
        facilities: BOTH,
        fields: (account) => ({ ...account, vendorCode: "kaveri-demo-1" }),
      },
      {
        name: "Jupiter_Money_2",
        username: "kaveri-demo-2",
        facilities: BOTH,
        fields: (account) => ({ ...account, vendorCode: "kaveri-demo-2" }),
      },
    ],
  },
  {
    simulator: okerSimulator,
    catalogue: OKER_CATALOGUE,
    pushes: false,
    firstOrders: 8,
    channels: [
      {
        name: "Oker_1",
        username: "kaveri-oker",
        facilities: BOTH,
        fields: (account) => ({ ...account, warehouseLocation: JSON.stringify(OKER_MAP) }),
        warehouses: Object.keys(OKER_MAP),
      },
    ],
  },
  {
    simulator: ajioDropshipSimulator,
    catalogue: AJIO_DROPSHIP_CATALOGUE,
    pushes: false,
    firstOrders: 8,
    // One store is one channel, with an account of its own.
    channels: [
      storeOfAjio("AJIO_Dropship_1", "DVKAVERI01", "BLR1"),
      storeOfAjio("AJIO_Dropship_2", "DVKAVERI02", "DEL1"),
    ],
  },
  {
    simulator: {
      ...amazonSimulator,
      start: (options = {}) => startAmazonSimulator({ ...options, pace: { lateMs: AMAZON_LATE_MS } }),
    },
    catalogue: numbered("7101"),
    pushes: false,
    firstOrders: 4,
    channels: [
      {
        name: "Amazon_1",
        username: "kaveri-amazon",
        facilities: BOTH,
        fields: (account) => ({ ...amazonAccount(account) }),
      },
    ],
  },
  {
    simulator: flipkartSimulator,
    // A product id of Flipkart's has 16 characters, and the seller's SKU is its listing.
    catalogue: alsoListed((sku, nth) => ({ productId: `KAVERI${digits(nth, 10)}`, variantId: sku })),
    pushes: false,
    wakesUp: true,
    firstOrders: 4,
    channels: [
      {
        ...{ name: "Flipkart_1", username: "kaveri-flipkart-app", facilities: BOTH, warehouses: FLIPKART_LOCATIONS },
        fields: ({ username, password }) => ({
          ...{ appId: username, appSecret: password, locations: JSON.stringify(FLIPKART_MAP) },
        }),
      },
    ],
  },
  {
    simulator: snapdealSimulator,
    catalogue: alsoListed((_, nth) => ({ productId: `SDL${digits(nth, 9)}`, variantId: `SDL${digits(nth, 9)}` })),
    pushes: false,
    firstOrders: 3,
    channels: [{ name: "Snapdeal_1", username: "kaveri-snapdeal", facilities: BOTH, fields: snapdealFields }],
  },
  {
    simulator: {
      ...tataCliqSimulator,
      start: (options = {}) => tataCliqSimulator.start({ ...options, warehouses: Object.keys(TATA_MAP) }),
    },
    catalogue: alsoListed((sku) => ({ productId: sku, variantId: sku })),
    pushes: false,
    firstOrders: 3,
    channels: [
      {
        ...{ name: "Tata_CLiQ_1", username: "kaveri-tatacliq", facilities: BOTH, warehouses: Object.keys(TATA_MAP) },
        fields: (account) => tataCliqFields(account, TATA_MAP),
      },
    ],
  },
  discontinued(paytmSimulator, "61", "Paytm_1"),
  discontinued(shopcluesSimulator, "SC", "ShopClues_1"),
  discontinued(voonikSimulator, "V", "Voonik_1"),
  discontinued(wooplrSimulator, "W", "Wooplr_1", [WITHOUT_SERIES]),
];
