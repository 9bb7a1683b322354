/** All that a week decides beforehand: orders, and what becomes of each on the marketplace's side. One seed gives one plan. */
import { type Random, seededRandom } from "../../../connectors/kit/simulator/index.ts";
import { HOUSES, type House, isScarce, SKUS } from "./houses.ts";

export interface PlannedOrder {
  readonly id: string;
  readonly house: House;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  /** Simulated minutes from the week's beginning. */
  readonly placedAt: number;
  readonly sellerShips: boolean;
  /**
   * What happens on the marketplace's own panel, minutes after it was placed. `some`: to its first line alone. `still`: to
   * lines that are still open there alone; without it the marketplace does it whatever the seller has done.
   */
  readonly panel: { readonly kind: "dispatch" | "cancel"; readonly after: number; readonly some: boolean } | null;
  /** Minutes from its leaving until the courier delivers; null: after the week. */
  readonly travels: number | null;
  readonly comesBack: "rto" | "return" | null;
}

export interface WeekPlan {
  readonly seed: number;
  readonly days: number;
  readonly orders: readonly PlannedOrder[];
  /** Pieces added each midnight, by SKU. */
  readonly restock: Readonly<Record<string, number>>;
}

export interface WeekOptions {
  readonly seed: number;
  readonly days: number;
  readonly ordersPerDay: number;
}

const DAY = 1_440;
/** Share of orders by hour of the day: a quiet night, a rush after lunch and one in the evening. */
const HOURS = [1, 1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 9, 8, 7, 6, 6, 6, 7, 9, 10, 10, 8, 5, 3];
/** More than the tenth that is wanted: where people here are faster, nothing is left to be done there. */
const PROCESSED_ON_PANEL = 0.16;
const CANCELLED_ON_PANEL = 0.04;
/** Nothing happens on a panel in the last hours: what came of it must be seen before the week is judged. */
const QUIET_END = 120;

export function makeWeek({ seed, days, ordersPerDay }: WeekOptions): WeekPlan {
  const random = seededRandom(seed);
  const orders: PlannedOrder[] = [];
  for (let day = 0; day < days; day++)
    for (let n = 0; n < ordersPerDay; n++)
      orders.push(
        anOrder(
          random,
          `W${seed}-${day + 1}-${String(n + 1).padStart(4, "0")}`,
          day * DAY + minuteOf(random),
          days * DAY,
        ),
      );
  const units = (2.1 * ordersPerDay) / SKUS.length;
  const restock = Object.fromEntries(
    SKUS.map((sku) => [sku, Math.ceil(units * (isScarce(sku) ? 0.4 : 2) * (0.8 + 0.4 * random.next()))]),
  );
  return { seed, days, orders: orders.sort((a, b) => a.placedAt - b.placedAt), restock };
}

function minuteOf(random: Random): number {
  let left = random.next() * HOURS.reduce((sum, share) => sum + share, 0);
  for (const [hour, share] of HOURS.entries()) {
    left -= share;
    if (left < 0) return hour * 60 + random.integer(0, 59);
  }
  return DAY - 1;
}

function weighted(random: Random): House {
  let left = random.next() * HOUSES.reduce((sum, { weight }) => sum + weight, 0);
  for (const house of HOUSES) {
    left -= house.weight;
    if (left < 0) return house;
  }
  throw new Error("the parts of all marketplaces sum to the whole");
}

function anOrder(random: Random, id: string, placedAt: number, end: number): PlannedOrder {
  const house = weighted(random);
  const lines = random.pick([1, 1, 1, 1, 2, 3] as const);
  const skus = new Set<string>();
  while (skus.size < lines) skus.add(random.pick(SKUS) ?? "");
  const items = [...skus].map((sku) => ({ sku, quantity: random.pick([1, 1, 1, 2] as const) }));
  const drawn = random.next();
  const kind =
    drawn < PROCESSED_ON_PANEL ? "dispatch" : drawn < PROCESSED_ON_PANEL + CANCELLED_ON_PANEL ? "cancel" : null;
  // Soon after the order, or when people here have it in hand already.
  const after = random.chance(0.6) ? random.integer(4, 60) : random.integer(60, 600);
  const inPart = lines > 1 && random.chance(0.25);
  const some = inPart && !(kind === "dispatch" && house.shipsWhole === true);
  const tooLate = placedAt + after > end - QUIET_END;
  return {
    ...{ id, house, items, placedAt },
    sellerShips: random.chance(house.sellerShips),
    panel:
      kind === null || tooLate || (kind === "cancel" && house.customerCancels === "never")
        ? null
        : { kind, after, some },
    travels: random.chance(0.7) ? random.integer(1_000, 3 * DAY) : null,
    comesBack: random.chance(0.05) ? random.pick(["rto", "return"] as const) : null,
  };
}
