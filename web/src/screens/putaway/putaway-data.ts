import type { StateTable } from "../../ui/index.ts";

export type Grade = "good" | "bad" | "qc_rejected";

/** A row of `GET /api/v1/putaway-items`: one unit. */
export interface PutawayItem {
  readonly itemId: string;
  readonly kind: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly saleOrderId: string | null;
  readonly order: string | null;
  readonly unit: string | null;
  readonly package: string | null;
  readonly putawayId: string | null;
  readonly putaway: string | null;
  /** On no list yet: what is proposed. */
  readonly grade: Grade | null;
  readonly shelf: string | null;
  readonly fromShelf: string | null;
  readonly note: string | null;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly completedAt: string | null;
}

export interface PutawayRow {
  readonly putawayId: string;
  readonly code: string;
  readonly state: "CREATED" | "PENDING" | "COMPLETE";
  readonly kind: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly units: number;
  readonly confirmed: number;
  readonly note: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly completedAt: string | null;
  readonly completedBy: string | null;
  readonly allowed: readonly string[];
}

/** Units of a list that look alike. */
export interface PutawayGroup {
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly grade: Grade | null;
  readonly shelfId: string | null;
  readonly shelf: string | null;
  readonly section: string | null;
  readonly packages: readonly string[];
  readonly fromShelves: readonly string[];
  readonly units: number;
  readonly confirmed: number;
}

export interface PutawayDetail extends PutawayRow {
  readonly groups: readonly PutawayGroup[];
}

/** What a scan did. */
export interface ScanAnswer {
  readonly what: "UNITS" | "SHELF";
  readonly sku: string | null;
  readonly shelves: readonly string[];
  readonly grade: Grade | null;
  readonly itemIds: readonly string[];
  readonly confirmedNow: number;
  readonly confirmed: number;
  readonly units: number;
}

/** The kinds as people know them, in the order of the tabs. */
export const kindWords: Readonly<Record<string, string>> = {
  PUTAWAY_RECEIVED_RETURNS: "Putaway Received Returns",
  PUTAWAY_REVERSE_PICKUP_ITEM: "Putaway Reverse Pickup Item",
  PUTAWAY_COURIER_RETURNED_ITEMS: "Courier Returned Items",
  PUTAWAY_CANCELLED_ITEM: "Cancelled Items",
  PUTAWAY_GRN_ITEM: "GRN Item",
  PUTAWAY_GATEPASS_ITEM: "Gatepass Item",
  PUTAWAY_SHELF_TRANSFER: "Shelf Transfer",
  PUTAWAY_PICKLIST_ITEM: "Picklist Item",
};

export const SHELF_TRANSFER = "PUTAWAY_SHELF_TRANSFER";

/** Grades with the function keys that give them at a station: F8 takes the last scan back. */
export const gradeOptions: readonly { readonly value: Grade; readonly label: string; readonly press: string }[] = [
  { value: "good", label: "Good", press: "F6" },
  { value: "bad", label: "Bad", press: "F7" },
  { value: "qc_rejected", label: "QC rejected", press: "F9" },
];

export const gradeStates: StateTable = {
  good: { word: "Good", tone: "done" },
  bad: { word: "Bad", tone: "failed" },
  qc_rejected: { word: "QC rejected", tone: "attention" },
};

/** A group as the server is told which units are meant. */
export const meant = ({ skuId, grade, shelfId }: PutawayGroup) => ({ group: { skuId, grade, shelfId } });

export const groupKey = ({ skuId, grade, shelfId }: PutawayGroup): string => `${skuId} ${grade} ${shelfId}`;
