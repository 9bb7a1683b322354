import { JUPITER_MONEY_CATALOGUE, jupiterMoneySimulator } from "../../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, SimulatorFactory } from "../../../connectors/kit/simulator/index.ts";

/** A connection of the demo tenant to a simulated marketplace. */
export interface DemoShopChannel {
  readonly name: string;
  /** The seller's account on the marketplace; its password is made up at the first start. */
  readonly username: string;
  /** Facilities whose stock is published, by code. */
  readonly facilities: readonly string[];
  /** Fields of the credentials form beside user name and password. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A simulated marketplace that comes with the demo, what it lists, and the seller's accounts there. */
export interface DemoShop {
  readonly simulator: SimulatorFactory;
  readonly catalogue: readonly CatalogueVariant[];
  /** Orders are pushed to us: the marketplace gets our keys. */
  readonly pushes: boolean;
  readonly channels: readonly DemoShopChannel[];
}

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
];
