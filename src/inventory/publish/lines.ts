import type { ChannelAnswer } from "../../../connectors/kit/index.ts";
import type { FacilityId, ListingId } from "../../kernel/index.ts";
import { figureOf, figuresByWarehouse } from "./figure.ts";
import type { ListingToTell } from "./publish.store.ts";
import type { WarehouseToTell } from "./warehouse.store.ts";

/** One figure to tell: of a listing, or of a listing in one warehouse of the channel. */
export interface Line {
  readonly listing: ListingToTell;
  /** The channel's code; null: the figure is of all facilities together. */
  readonly warehouse: string | null;
  readonly facilityId: FacilityId | null;
  readonly quantity: number;
  readonly published: number | null;
  readonly publishOutcome: string | null;
}

type Gone = Pick<WarehouseToTell, "warehouse" | "facilityId" | "published" | "publishOutcome">;

/**
 * The figures of a listing: one for each mapped warehouse, or one of the sum where none is mapped. Warehouses that are
 * mapped no more get 0, once, since the channel would go on selling what it was told of them.
 */
export function linesOf(listing: ListingToTell, warehouses: readonly WarehouseToTell[], gone: readonly Gone[]): Line[] {
  const zeros = gone.map(({ warehouse, facilityId, published, publishOutcome }) => ({
    ...{ listing, warehouse, facilityId, quantity: 0, published, publishOutcome },
  }));
  if (warehouses.length === 0) {
    const { published, publishOutcome } = listing;
    const sum = { listing, warehouse: null, facilityId: null, quantity: figureOf(listing), published, publishOutcome };
    return [...zeros, sum];
  }
  const figures = figuresByWarehouse({ ...listing, warehouses });
  return [
    ...zeros,
    ...warehouses.map(({ warehouse, facilityId, published, publishOutcome }, at) => ({
      ...{ listing, warehouse, facilityId, quantity: figures[at] ?? 0, published, publishOutcome },
    })),
  ];
}

/** What the channel said of each line, in the order of the lines. */
export interface LineAnswer {
  readonly accepted: boolean;
  readonly message: string | null;
}

/**
 * Reads a channel's answer line by line. An answer knows listings, not warehouses: where it has a result for each line of a
 * listing they are taken in order, otherwise a refusal that names the listing refuses all its warehouses of this call. A
 * listing that is not named was taken where the whole call was.
 */
export function answersOf(lines: readonly Line[], answer: ChannelAnswer): LineAnswer[] {
  const results = Map.groupBy(answer.results, (result) => result.key);
  const sent = Map.groupBy(lines, (line) => line.listing.channelProductId);
  return lines.map((line) => {
    const key = line.listing.channelProductId;
    const own = results.get(key) ?? [];
    const mates = sent.get(key) ?? [];
    const result = own.length === mates.length ? own[mates.indexOf(line)] : (own.find((r) => !r.accepted) ?? own[0]);
    return result
      ? { accepted: result.accepted, message: result.message ?? answer.message }
      : { accepted: answer.status === "SUCCESS", message: answer.message };
  });
}

/**
 * Which figures were settled in this push, so that a mark goes only when all figures of its listing are: they may be spread
 * over several calls. A mark that grew begins anew.
 */
export class Settled {
  readonly #listings = new Map<ListingId, { mark: number; warehouses: Set<string | null> }>();

  add(listingId: ListingId, mark: number, warehouse: string | null): void {
    const known = this.#listings.get(listingId);
    if (known?.mark === mark) known.warehouses.add(warehouse);
    else this.#listings.set(listingId, { mark, warehouses: new Set([warehouse]) });
  }

  has(listingId: ListingId, mark: number, warehouse: string | null): boolean {
    const known = this.#listings.get(listingId);
    return known?.mark === mark && known.warehouses.has(warehouse);
  }

  /** The mark is gone: nothing more is told for it. */
  forget(listingId: ListingId): void {
    this.#listings.delete(listingId);
  }
}
