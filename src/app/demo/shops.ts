import { AJIO_DROPSHIP_CATALOGUE, ajioDropshipSimulator } from "../../../connectors/ajio-dropship/simulator/index.ts";
import { JUPITER_MONEY_CATALOGUE, jupiterMoneySimulator } from "../../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, SimulatorFactory } from "../../../connectors/kit/simulator/index.ts";
import { OKER_CATALOGUE, okerSimulator } from "../../../connectors/oker/simulator/index.ts";

/** A connection of the demo tenant to a simulated marketplace. */
export interface DemoShopChannel {
  readonly name: string;
  /** The seller's account on the marketplace; its password is made up at the first start. */
  readonly username: string;
  /** Facilities whose stock is published, by code. */
  readonly facilities: readonly string[];
  /** Fields of the credentials form beside user name and password. */
  readonly fields: Readonly<Record<string, string>>;
  /** The marketplace's warehouse codes that its orders name; none: they name no warehouse. */
  readonly warehouses?: readonly string[];
}

/** A simulated marketplace that comes with the demo, what it lists, and the seller's accounts there. */
export interface DemoShop {
  readonly simulator: SimulatorFactory;
  readonly catalogue: readonly CatalogueVariant[];
  /** Orders are pushed to us: the marketplace gets our keys. */
  readonly pushes: boolean;
  readonly channels: readonly DemoShopChannel[];
}

/** Oker's codes of the demo's facilities. It knows a third warehouse, which is mapped to none: a visitor may order from it. */
const OKER_MAP = { "OKR-BLR-01": "BLR1", "OKR-DEL-02": "DEL1" } as const;

const BOTH = ["BLR1", "DEL1"] as const;

/** Each kind of marketplace that this version carries, beside those with no other side. */
export const DEMO_SHOPS: readonly DemoShop[] = [
  {
    simulator: jupiterMoneySimulator,
    catalogue: JUPITER_MONEY_CATALOGUE,
    pushes: true,
    // Two accounts at the same marketplace share every SKU, as many sellers have it.
    channels: [
      {
        name: "Jupiter_Money_1",
        username: "kaveri-demo-1",
        facilities: BOTH,
        fields: { vendorCode: "kaveri-demo-1" },
      },
      {
        name: "Jupiter_Money_2",
        username: "kaveri-demo-2",
        facilities: BOTH,
        fields: { vendorCode: "kaveri-demo-2" },
      },
    ],
  },
  {
    simulator: okerSimulator,
    catalogue: OKER_CATALOGUE,
    pushes: false,
    channels: [
      {
        name: "Oker_1",
        username: "kaveri-oker",
        facilities: BOTH,
        fields: { warehouseLocation: JSON.stringify(OKER_MAP) },
        warehouses: Object.keys(OKER_MAP),
      },
    ],
  },
  {
    simulator: ajioDropshipSimulator,
    catalogue: AJIO_DROPSHIP_CATALOGUE,
    pushes: false,
    // One store is one channel, with an account of its own.
    channels: [
      { name: "AJIO_Dropship_1", username: "DVKAVERI01", facilities: ["BLR1"], fields: { storeCode: "BLR1" } },
      { name: "AJIO_Dropship_2", username: "DVKAVERI02", facilities: ["DEL1"], fields: { storeCode: "DEL1" } },
    ],
  },
];
