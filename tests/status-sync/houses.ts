/** Marketplaces whose stories are told: the eleven of the week, and those that it does without. */
import { startBazaarStreetSimulator } from "../../connectors/bazaar-street/simulator/index.ts";
import { startMarketplaceSimulator } from "../../connectors/marketplace/simulator/index.ts";
import { HOUSES, type House } from "../simulation/week/houses.ts";

const account = (name: string) => ({ username: name, password: `secret of ${name}` });

const FOUR_WORDS = {
  tells: ["DISPATCHED", "CANCELLED", "DELIVERED", "RETURNED"],
  customerCancels: "until dispatched",
  invoices: "us",
  addsMinutes: 0,
  weight: 0,
} as const satisfies Partial<House>;

const OTHERS: readonly House[] = [
  {
    ...{ source: "MARKETPLACE", label: "Marketplace (open protocol)", start: startMarketplaceSimulator },
    ...{ ...account("anybody"), fields: () => account("anybody"), sellerShips: 0, ...FOUR_WORDS },
  },
  {
    ...{ source: "BAZAAR_STREET", label: "Bazaar Street", start: startBazaarStreetSimulator },
    ...{ ...account("street"), fields: () => account("street"), sellerShips: 1, ...FOUR_WORDS },
    // Its list of orders goes by the time they were placed, whatever became of them.
    showsFinished: true,
  },
];

export const STORY_HOUSES: readonly House[] = [...HOUSES, ...OTHERS];

export function storyHouseOf(source: string): House {
  const house = STORY_HOUSES.find((each) => each.source === source);
  if (!house) throw new Error(`stories are told of ${source}`);
  return house;
}
