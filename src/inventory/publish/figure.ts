/** What stands behind a figure that a channel is told, for one SKU that a listing is made of. */
export interface ComponentParts {
  readonly sku: string;
  /** Units of this SKU in one unit of the listing: 1, or more in a bundle. */
  readonly perListing: number;
  /** Good stock on the shelves of the channel's facilities. */
  readonly good: number;
  readonly virtual: number;
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
  return c.good + c.virtual - c.blocked - c.openSale - c.reservedForOthers;
}
