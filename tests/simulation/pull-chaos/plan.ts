/** All that a run decides beforehand: orders, and what becomes of each. One seed gives one plan. */
import { type Random, seededRandom } from "../../../connectors/kit/simulator/index.ts";
import { CHANNELS, type ChannelPlan, PLACES, SKUS } from "./places.ts";

/** What somebody does about an order once it is so many rounds old; nothing of it is done where the rules forbid it by then. */
export type Fate =
  | { readonly kind: "none" }
  /** `late`: the marketplace breaks its own rule where the order is invoiced by then. */
  | { readonly kind: "customer cancels"; readonly round: number; readonly line: number | null; readonly late: boolean }
  /** `units`: how many of the line; null: all. */
  | {
      readonly kind: "seller cancels";
      readonly round: number;
      readonly line: number | null;
      readonly units: number | null;
    };

export interface PlannedOrder {
  readonly id: string;
  readonly channel: ChannelPlan;
  /** Placed at the beginning of it, from 0. */
  readonly round: number;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly placedMinutesAgo: number;
  readonly warehouse: string | null;
  readonly sellerShips: boolean;
  /** The marketplace waits for the seller's acceptance. */
  readonly awaitsAcceptance: boolean;
  /** The marketplace reviews it until that round, and then lets it go or drops it. */
  readonly review: { readonly endRound: number; readonly released: boolean } | null;
  readonly fate: Fate;
  /** Nobody packs it before this round. */
  readonly packRound: number;
  /** Rounds after dispatch until it is delivered; null: still on its way at the end. */
  readonly deliveredAfter: number | null;
  readonly comesBack: "rto" | "return" | null;
  /** What people find when they look at what came back. */
  readonly cameBackAs: "good" | "bad";
}

export interface Plan {
  readonly seed: number;
  readonly rounds: number;
  readonly orders: readonly PlannedOrder[];
  /** Pieces by facility and SKU. */
  readonly stock: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface PlanOptions {
  readonly seed: number;
  readonly orders: number;
  readonly rounds: number;
  /** Order dates lie days back and the whole number is there before the first pull: what a lost page shows. */
  readonly allOldAndAtOnce?: boolean;
}

/** Pieces a place has of a product, for each ten orders of the run: most units find one, and some goods run out. */
const STOCK_PER_TEN_ORDERS = { from: 0.1, to: 0.9 };
const AT_FIRST = 0.5;
/** Of so many that come back one is not to be sold again. */
const BAD_EACH = 3;
const OLD_MINUTES = { from: 240, to: 14_000 };

export function makePlan({ seed, orders, rounds, allOldAndAtOnce = false }: PlanOptions): Plan {
  const random = seededRandom(seed);
  const stock = Object.fromEntries(
    PLACES.map(({ code }) => [code, Object.fromEntries(SKUS.map((sku) => [sku, pieces(random, orders)]))]),
  );
  const planned = Array.from({ length: orders }, (_, n): PlannedOrder => {
    const channel = weighted(random, CHANNELS);
    const round = allOldAndAtOnce ? 0 : arrivalRound(n / orders, rounds);
    const order = anOrder(random, channel, `${channel.code.replace(/[a-z_]+/g, "")}-${seed}-${n + 1}`, round);
    const cameBackAs = n % BAD_EACH === 0 ? "bad" : "good";
    const placed = { ...order, cameBackAs } as const;
    return allOldAndAtOnce ? { ...placed, placedMinutesAgo: old(random), review: null } : placed;
  });
  return { seed, rounds, orders: planned, stock };
}

/** A sale begins: half of all orders stand there at once, so that lists have pages. None comes in the last round, which is left to late words. */
function arrivalRound(share: number, rounds: number): number {
  if (share < AT_FIRST || rounds <= 2) return 0;
  return 1 + Math.floor(((share - AT_FIRST) / (1 - AT_FIRST)) * (rounds - 2));
}

function pieces(random: Random, orders: number): number {
  const { from, to } = STOCK_PER_TEN_ORDERS;
  return 1 + Math.round((orders / 10) * (from + random.next() * (to - from)));
}

function old(random: Random): number {
  return random.integer(OLD_MINUTES.from, OLD_MINUTES.to);
}

function weighted(random: Random, channels: readonly ChannelPlan[]): ChannelPlan {
  let left = random.next() * channels.reduce((sum, { weight }) => sum + weight, 0);
  for (const channel of channels) {
    left -= channel.weight;
    if (left < 0) return channel;
  }
  throw new Error("the parts of all channels sum to the whole");
}

function anOrder(random: Random, channel: ChannelPlan, id: string, round: number): Omit<PlannedOrder, "cameBackAs"> {
  const lines = random.pick([1, 1, 1, 2, 2, 3] as const);
  const skus = new Set<string>();
  while (skus.size < lines) skus.add(random.pick(SKUS) ?? "");
  const items = [...skus].map((sku) => ({ sku, quantity: random.pick([1, 1, 1, 2, 3] as const) }));
  const reviewed = channel.source !== "OKER" && random.chance(0.08);
  const endRound = round + 1 + (random.chance(0.5) ? 1 : 0);
  return {
    ...{ id, channel, round, items },
    placedMinutesAgo: random.chance(0.3) ? old(random) : random.integer(0, 30),
    warehouse: channel.warehouses ? (random.pick(Object.keys(channel.warehouses)) ?? null) : null,
    sellerShips: channel.source === "MARKETPLACE" && random.chance(0.3),
    awaitsAcceptance: channel.source === "MARKETPLACE" && !reviewed && random.chance(0.4),
    review: reviewed ? { endRound, released: random.chance(0.7) } : null,
    fate: reviewed ? { kind: "none" } : aFate(random, items, round),
    packRound: round + (random.chance(0.5) ? 1 : 0),
    deliveredAfter: random.chance(0.6) ? random.integer(1, 2) : null,
    comesBack: random.chance(0.15) ? random.pick(["rto", "return"] as const) : null,
  };
}

function aFate(random: Random, items: PlannedOrder["items"], round: number): Fate {
  const drawn = random.next();
  const line = items.length > 1 ? random.integer(0, items.length - 1) : null;
  const after = random.integer(0, 2);
  if (drawn < 0.08) return { kind: "customer cancels", round: round + after, line: null, late: false };
  if (drawn < 0.13) return { kind: "customer cancels", round: round + after, line, late: false };
  if (drawn < 0.19) return { kind: "customer cancels", round: round + 1 + after, line: null, late: true };
  if (drawn < 0.24) return { kind: "seller cancels", round: round + after, line: null, units: null };
  if (drawn < 0.3) {
    const at = line ?? 0;
    const quantity = items[at]?.quantity ?? 1;
    return { kind: "seller cancels", round: round + after, line: at, units: quantity > 1 ? 1 : null };
  }
  return { kind: "none" };
}
