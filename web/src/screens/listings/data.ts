import { queryOptions } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";

/** A row of `GET /api/v1/listings`. */
export interface ListingRow {
  readonly listingId: string;
  readonly channelId: string;
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly channelSku: string;
  readonly title: string | null;
  readonly imageUrl: string | null;
  readonly channelPricePaise: number | null;
  readonly skuId: string | null;
  readonly skuCode: string | null;
  readonly skuName: string | null;
  readonly live: boolean;
  /** The channel keeps its stock and counts it: no figure is told, and no SKU is wanted. */
  readonly stockAtChannel: boolean;
  readonly disabled: boolean;
  readonly buffer: number;
  readonly reservedForChannel: number;
  readonly cap: number | null;
  readonly published: number | null;
  readonly publishedAt: string | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
  /** What each warehouse of the channel was told, where it is told so; `published` is their sum. */
  readonly warehouses: readonly {
    readonly warehouse: string;
    readonly facilityCode: string;
    readonly published: number | null;
    readonly publishOutcome: string | null;
  }[];
  readonly waiting: boolean;
  readonly stopped: boolean;
  /** The SKU that auto-match would take. */
  readonly suggestedSku: string | null;
}

/** What stands behind a figure, for one SKU that a listing is made of. */
export interface FigureComponent {
  readonly sku: string;
  readonly perListing: number;
  readonly good: number;
  readonly virtual: number;
  readonly counting: number;
  readonly blocked: number;
  readonly openSale: number;
  readonly reservedForOthers: number;
  readonly free: number;
}

/** What a channel that counts stock by its own warehouses is told of one of them. */
export interface WarehouseFigure {
  /** The channel's code; null: all facilities together, told before warehouses were mapped or while none is. */
  readonly warehouse: string | null;
  readonly facilityCode: string | null;
  /** False: it is mapped no more, and told 0. */
  readonly mapped: boolean;
  readonly figure: number;
  readonly components: readonly FigureComponent[];
  readonly published: number | null;
  readonly publishedAt: string | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
}

/** `GET /api/v1/listings/:id/figure` */
export interface Figure {
  readonly listingId: string;
  readonly channelId: string;
  readonly channelCode: string;
  readonly channelState: string;
  readonly stockAtChannel: boolean;
  readonly skuId: string | null;
  readonly skuCode: string | null;
  /** What would be told now; null: nothing is, for want of a SKU or because the channel counts. */
  readonly figure: number | null;
  /** Empty where the channel is told by warehouse: then each of them has its own. */
  readonly components: readonly FigureComponent[];
  /** Empty unless the channel is told, or was told, by warehouse. */
  readonly warehouses: readonly WarehouseFigure[];
  readonly buffer: number;
  readonly cap: number | null;
  readonly stopped: string | null;
  readonly channelStopped: boolean;
  readonly skuStopped: boolean;
  readonly facilities: readonly string[];
  readonly published: number | null;
  readonly publishedAt: string | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
  readonly waitingSince: string | null;
  readonly exchangeId: string | null;
  readonly asOf: string;
}

export interface SkuHit {
  readonly skuId: string;
  readonly code: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly isBundle: boolean;
  readonly enabled: boolean;
}

/** Refreshed while it is looked at: stock moves under it. */
export const figureQuery = (listingId: string) =>
  queryOptions({
    queryKey: ["listing-figure", listingId],
    queryFn: ({ signal }) => api.get<Figure>(`/api/v1/listings/${listingId}/figure`, {}, signal),
    refetchInterval: 4_000,
  });

export const skuSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ["sku-search", text],
    queryFn: ({ signal }) => api.get<ListPage<SkuHit>>("/api/v1/skus", { search: text, limit: 8 }, signal),
    staleTime: 30_000,
  });

/** A listing's one state: what keeps it from selling stands first. */
export function stateOf(row: Pick<ListingRow, "live" | "stockAtChannel" | "disabled" | "skuId" | "stopped">): string {
  if (!row.live) return "NOT_LIVE";
  if (row.stockAtChannel) return "AT_CHANNEL";
  if (row.disabled) return "DISABLED";
  if (row.skuId === null) return "UNMAPPED";
  return row.stopped ? "STOPPED" : "MAPPED";
}
