/** A row of `GET /api/v1/stock`. */
export interface StockRow {
  readonly facilityId: string;
  readonly facilityCode: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly good: number;
  readonly blocked: number;
  readonly available: number;
  readonly bad: number;
  readonly qcRejected: number;
  readonly putawayPending: number;
  readonly notFound: number;
  readonly virtual: number;
  readonly openSale: number;
  readonly openPurchase: number;
  readonly updatedAt: string;
}

/** A row of `GET /api/v1/shelf-stock`. */
export interface ShelfStock {
  readonly facilityCode: string;
  readonly shelfId: string;
  readonly shelf: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly bucket: string;
  readonly quantity: number;
}

/** A row of `GET /api/v1/stock-ledger`. */
export interface LedgerRow {
  readonly id: string;
  readonly at: string;
  readonly facilityCode: string;
  readonly sku: string;
  readonly shelf: string | null;
  readonly bucket: string;
  readonly quantity: number;
  readonly cause: string;
  readonly note: string | null;
  readonly actorName: string;
}

export const bucketOptions = [
  { value: "good", label: "Good" },
  { value: "bad", label: "Bad" },
  { value: "qc_rejected", label: "QC rejected" },
] as const;

export const bucketWords: Readonly<Record<string, string>> = {
  good: "Good",
  blocked: "Blocked",
  bad: "Bad",
  qc_rejected: "QC rejected",
  putaway_pending: "Putaway",
  not_found: "Not found",
  virtual: "Virtual",
};

export const causeWords: Readonly<Record<string, string>> = {
  SHORTAGE_SETTLED: "Shortage settled",
  ADJUST_ADD: "Added by hand",
  ADJUST_REMOVE: "Removed by hand",
  ADJUST_REPLACE: "Counted",
  ADJUST_TRANSFER: "Moved between shelves by hand",
  ALLOCATE: "Blocked for an order",
  RELEASE: "Released",
  DISPATCH: "Handed over",
  CANCEL_TO_PUTAWAY: "Cancelled after packing",
  PUTAWAY: "Put away",
  SHORTAGE: "Shortage",
  KEEP_FOR_REVIEW: "Kept for an order under review",
  REVIEW_OVER: "Review over",
  RECEIVE_RETURN: "Return received",
  GOODS_RECEIVED: "Received from a vendor",
  GATEPASS_OUT: "Out on a gatepass",
  GATEPASS_BACK: "Back from a gatepass",
  CYCLE_COUNT: "Counted on its shelf",
  SHELF_TRANSFER: "Moved between shelves",
};

/** +12 or −3: a ledger entry always shows its sign. */
export const signed = (quantity: number): string => (quantity > 0 ? `+${quantity}` : `−${Math.abs(quantity)}`);
