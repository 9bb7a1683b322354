import type { ChannelAnswer } from "../../../connectors/kit/index.ts";
import type { FacilityId, ListingId } from "../../kernel/index.ts";
import { figureOf, figuresByWarehouse } from "./figure.ts";
import type { ListingToTell } from "./publish.store.ts";
import { ALL_TOGETHER, type WarehouseTold, type WarehouseToTell } from "./warehouse.store.ts";

/** One figure to tell: of a listing, or of a listing in one warehouse of the channel. */
export interface Line {
  readonly listing: ListingToTell;
  /** Null: the source knows no warehouses. */
  readonly warehouse: string | null;
  readonly facilityId: FacilityId | null;
  readonly quantity: number;
  readonly published: number | null;
  readonly publishOutcome: string | null;
}

/** What a source that can be told by warehouse was told, and what stands behind its warehouses. */
export interface ByWarehouse {
  /** Those that are mapped; none: the sum of all facilities is told. */
  readonly mapped: readonly WarehouseToTell[];
  readonly told: readonly WarehouseTold[];
}

/**
 * The figures of a listing: one for each mapped warehouse, or one of the sum where the source knows no warehouses or none
 * is mapped. What was told otherwise before (a warehouse that is mapped no more, the sum before there was a map) is
 * told 0, since the channel would go on selling it.
 */
export function linesOf(listing: ListingToTell, by: ByWarehouse | null): Line[] {
  const sum = { listing, facilityId: null, quantity: figureOf(listing) };
  if (by === null) {
    const { published, publishOutcome } = listing;
    return [{ ...sum, warehouse: null, published, publishOutcome }];
  }
  const { mapped, told } = by;
  const current = new Set(mapped.length > 0 ? mapped.map((each) => each.warehouse) : [ALL_TOGETHER]);
  const gone = told
    .filter((each) => !current.has(each.warehouse) && mayHold(each))
    .map(({ warehouse, facilityId, published, publishOutcome }) => ({
      ...{ listing, warehouse, facilityId, quantity: 0, published, publishOutcome },
    }));
  if (mapped.length === 0) {
    const before = told.find((each) => each.warehouse === ALL_TOGETHER);
    const { published = null, publishOutcome = null } = before ?? {};
    return [...gone, { ...sum, warehouse: ALL_TOGETHER, published, publishOutcome }];
  }
  const figures = figuresByWarehouse({ ...listing, warehouses: mapped });
  const now = mapped.map(({ warehouse, facilityId, published, publishOutcome }, at) => ({
    ...{ listing, warehouse, facilityId, quantity: figures[at] ?? 0, published, publishOutcome },
  }));
  return [...gone, ...now];
}

/** Could the channel sell of what this warehouse was told? */
export function mayHold(told: Pick<WarehouseTold, "published" | "publishOutcome">): boolean {
  return (told.published ?? 0) > 0 || told.publishOutcome === "UNKNOWN";
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
export function answersOf(
  lines: readonly { readonly listing: Pick<ListingToTell, "channelProductId"> }[],
  answer: ChannelAnswer,
): LineAnswer[] {
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
