/** What stands behind a figure that a channel is told, for one SKU that a listing is made of. */
export interface ComponentParts {
  readonly sku: string;
  /** Units of this SKU in one unit of the listing: 1, or more in a bundle. */
  readonly perListing: number;
  /** Good stock on the shelves of the channel's facilities. */
  readonly good: number;
  readonly virtual: number;
  /** Good stock on shelves that are counted at this moment: what it really is will be known when they are accepted. */
  readonly counting: number;
  /** Promised to orders: blocked from allocation until dispatch, or kept while a channel reviews the order. */
  readonly blocked: number;
  /** Sold, and not blocked yet: waits for allocation, stock, a courier or a verification. */
  readonly openSale: number;
  /** Kept for other channels. */
  readonly reservedForOthers: number;
}

export interface ListingParts {
  readonly components: readonly ComponentParts[];
  /** Kept back from this channel. */
  readonly buffer: number;
  /** Never tell more than this; null: no limit. */
  readonly cap: number | null;
  /** Why the figure is 0 whatever is there: listing disabled, SKU or channel stopped; null: nothing stops it. */
  readonly stopped: string | null;
}

/**
 * The absolute figure of a listing (behaviours 7.4): what is there, less what is promised or sold, less what is kept
 * back, never below 0 and never above the cap. A bundle has as many as its scarcest component allows.
 */
export function figureOf(parts: ListingParts): number {
  if (parts.stopped !== null || parts.components.length === 0) return 0;
  const whole = Math.min(...parts.components.map((c) => Math.floor(freeOf(c) / c.perListing)));
  const told = Math.max(0, whole - parts.buffer);
  return parts.cap === null ? told : Math.min(told, parts.cap);
}

/** Units of a component that nobody has a claim on; negative where more is sold than there is. */
export function freeOf(c: ComponentParts): number {
  return c.good + c.virtual - c.counting - c.blocked - c.openSale - c.reservedForOthers;
}

/** A listing of a channel that counts stock by its own warehouses: the parts in the facility behind each. */
export interface WarehouseParts extends Omit<ListingParts, "components"> {
  readonly warehouses: readonly { readonly components: readonly ComponentParts[] }[];
}

/**
 * The figure of each warehouse, in the order given. Stock of one facility alone stands behind it, less what is promised or
 * sold there; units that have no facility yet may come to any of them and are taken off each.
 *
 * The buffer is there for orders that cross our figure on the way. They name a warehouse, so it is kept back in each: taken
 * off the fullest one alone, the others would be told their last piece. What is kept for other channels is taken off each
 * facility that such a channel may be served from, since one of them alone may have to give all of it. Both err on the side
 * of telling less. The cap is of the whole listing: where the figures together pass it, each gets its share, so that no
 * warehouse is sold out for it.
 */
export function figuresByWarehouse({ warehouses, ...whole }: WarehouseParts): number[] {
  const figures = warehouses.map(({ components }) => figureOf({ ...whole, components, cap: null }));
  return whole.cap === null ? figures : shareOut(whole.cap, figures);
}

/** Whole parts of `total` in proportion to `wishes`, none above its wish; what flooring leaves goes to the largest wishes. */
function shareOut(total: number, wishes: readonly number[]): number[] {
  const sum = wishes.reduce((a, b) => a + b, 0);
  if (sum <= total) return [...wishes];
  // Stock figures are far below the square root of 2^53: their product is exact.
  const shares = wishes.map((wish) => Math.floor((total * wish) / sum));
  let left = total - shares.reduce((a, b) => a + b, 0);
  for (const at of wishes.map((_, i) => i).sort((a, b) => (wishes[b] ?? 0) - (wishes[a] ?? 0) || a - b)) {
    const share = shares[at] ?? 0;
    if (left === 0) break;
    if (share >= (wishes[at] ?? 0)) continue;
    shares[at] = share + 1;
    left -= 1;
  }
  return shares;
}
