import type { StateTable } from "../../ui/index.ts";

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
  readonly grade: Grade | null;
  readonly shelf: string | null;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly completedAt: string | null;
}
export type Grade = "good" | "bad" | "qc_rejected";

export interface PutawayRow {
  readonly putawayId: string;
  readonly code: string;
  readonly state: "CREATED" | "PENDING" | "COMPLETE";
  readonly kind: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly units: number;
  readonly confirmed: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly completedAt: string | null;
  readonly completedBy: string | null;
  readonly allowed: readonly string[];
}
export interface PutawayDetail extends PutawayRow {
  readonly items: readonly PutawayItem[];
}

/** Why goods go back to a shelf, in words. */
export const kindWords: Readonly<Record<string, string>> = {
  PUTAWAY_CANCELLED_ITEM: "Cancelled after packing",
  PUTAWAY_COURIER_RETURNED_ITEMS: "Came back undelivered (RTO)",
  PUTAWAY_RECEIVED_RETURNS: "Returned by the customer",
  PUTAWAY_REVERSE_PICKUP_ITEM: "Reverse pickup",
  PUTAWAY_GRN_ITEM: "Received from a vendor",
  PUTAWAY_SHELF_TRANSFER: "Moved between shelves",
  PUTAWAY_PICKLIST_ITEM: "Fetched, not sent",
  PUTAWAY_GATEPASS_ITEM: "Gatepass",
};

export const gradeOptions: readonly { readonly value: Grade; readonly label: string }[] = [
  { value: "good", label: "Good" },
  { value: "bad", label: "Bad" },
  { value: "qc_rejected", label: "QC rejected" },
];

export const gradeStates: StateTable = {
  good: { word: "Good", tone: "done" },
  bad: { word: "Bad", tone: "failed" },
  qc_rejected: { word: "QC rejected", tone: "attention" },
};
