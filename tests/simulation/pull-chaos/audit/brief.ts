/** What an auditor is told before he begins: where both sides answer, and what the seller counted in. Nothing of how it works. */
export interface AuditBrief {
  readonly product: { readonly url: string; readonly username: string; readonly password: string };
  readonly marketplaces: readonly { readonly source: string; readonly url: string }[];
  readonly channels: readonly AuditedChannel[];
  /** Codes of all facilities. */
  readonly facilities: readonly string[];
  /** Pieces counted in, by facility and SKU. */
  readonly stock: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Orders whose goods, should they come back, are not to be sold again. */
  readonly cameBackBad: readonly string[];
  /** Ids of all orders that were placed. */
  readonly placed: readonly string[];
}

export interface AuditedChannel {
  readonly channelId: string;
  readonly code: string;
  readonly source: string;
  /** The seller's name at the marketplace. */
  readonly seller: string;
  /** The facility that packs all its orders; null: the order or the product says. */
  readonly store: string | null;
  /** Facility by the marketplace's warehouse code; null: one figure for all facilities. */
  readonly warehouses: Readonly<Record<string, string>> | null;
  /** Facilities whose stock it sells. */
  readonly facilities: readonly string[];
}
