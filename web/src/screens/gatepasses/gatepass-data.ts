import { IconArrowBackUp, IconCircleCheck, IconClipboardCheck, IconTruck, IconX } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import type { StateTable } from "../../ui/index.ts";

export type GatepassType = "RETURNABLE" | "NON_RETURNABLE" | "RETURN_TO_VENDOR" | "STOCK_TRANSFER";
export type GatepassState = "CREATED" | "RETURN_AWAITED" | "IN_TRANSIT" | "SHORT" | "CLOSED" | "CANCELLED";
export type LineType = "good" | "bad" | "qc_rejected";
export type Outcome = "RECEIVED" | "BACK" | "LOST";

export interface Party {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
  readonly gstin: string | null;
  readonly phone: string | null;
}

/** A row of `GET /api/v1/gatepasses`. */
export interface GatepassRow {
  readonly gatepassId: string;
  readonly code: string;
  readonly type: GatepassType;
  readonly state: GatepassState;
  readonly facilityId: string;
  readonly facility: string;
  readonly toFacilityId: string | null;
  readonly toFacility: string | null;
  readonly party: Party | null;
  readonly to: string;
  readonly purpose: string;
  readonly reference: string | null;
  readonly vendorInvoiceNumber: string | null;
  readonly vendorInvoiceOn: string | null;
  readonly lines: number;
  readonly pieces: number;
  readonly outstanding: number;
  readonly lost: number;
  readonly value: number;
  readonly documents: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly issuedAt: string | null;
  readonly issuedBy: string | null;
  readonly shortAt: string | null;
  readonly shortBy: string | null;
  readonly shortNote: string | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly cancelledAt: string | null;
  readonly cancelledBy: string | null;
  readonly cancelReason: string | null;
}

export interface GatepassLine {
  readonly lineId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly shelf: string;
  readonly inventoryType: LineType;
  readonly quantity: number;
  /** Paise of one piece, without tax. */
  readonly price: number;
  readonly received: number;
  readonly back: number;
  readonly lost: number;
  readonly outstanding: number;
}

export interface GatepassPaper {
  readonly documentId: string;
  readonly kind: string;
  readonly title: string;
  readonly number: string;
  readonly state: "ISSUED" | "CANCELLED" | "IRN_PENDING";
  readonly issuedOn: string;
  readonly taxable: number;
  readonly taxes: readonly { readonly head: string; readonly amount: number }[];
  readonly total: number;
  readonly against: string | null;
  readonly irn: string | null;
  /** Why it has no IRN yet; null where it waits for none. */
  readonly waits: { readonly reason: string; readonly whatToDo: string } | null;
}

export interface GatepassReceipt {
  readonly receiptId: string;
  readonly outcome: Outcome;
  readonly note: string | null;
  readonly at: string;
  readonly by: string;
  readonly pieces: number;
  readonly skus: readonly string[];
}

/** The answer of `GET /api/v1/gatepasses/:gatepassId`. */
export interface GatepassDetail extends GatepassRow {
  readonly items: readonly GatepassLine[];
  readonly papers: readonly GatepassPaper[];
  readonly receipts: readonly GatepassReceipt[];
  readonly putaway: readonly { readonly facility: string; readonly waiting: number; readonly done: number }[];
  readonly willIssue: {
    readonly title: string | null;
    readonly refusal: string | null;
    readonly total: number | null;
  } | null;
  readonly allowed: readonly string[];
}

/** A row of `GET /api/v1/stock-in-transit`. */
export interface InTransitRow {
  readonly facilityId: string;
  readonly facility: string;
  readonly fromFacility: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly pieces: number;
  readonly short: number;
  readonly gatepasses: readonly string[];
  readonly oldestIssuedAt: string;
}

/** Each type in words, and what it is for. */
export const typeWords: Readonly<Record<GatepassType, { readonly word: string; readonly line: string }>> = {
  STOCK_TRANSFER: {
    word: "Stock transfer",
    line: "To another facility of yours. On a challan within one GSTIN, on an invoice with tax between two.",
  },
  RETURNABLE: {
    word: "Returnable",
    line: "Lent: for repair, a photo shoot, an exhibition. On a delivery challan; it comes back.",
  },
  NON_RETURNABLE: {
    word: "Not returnable",
    line: "Samples, gifts, scrap. On a delivery challan; it does not come back.",
  },
  RETURN_TO_VENDOR: {
    word: "Return to vendor",
    line: "Bad or surplus goods. On a debit note against the vendor's invoice.",
  },
};
export const types: readonly GatepassType[] = ["STOCK_TRANSFER", "RETURNABLE", "NON_RETURNABLE", "RETURN_TO_VENDOR"];

export const gatepassStates: StateTable = {
  CREATED: { word: "Open", tone: "waiting" },
  RETURN_AWAITED: { word: "Return awaited", tone: "working", icon: IconArrowBackUp },
  IN_TRANSIT: { word: "In transit", tone: "working", icon: IconTruck },
  SHORT: { word: "Short", tone: "attention" },
  CLOSED: { word: "Closed", tone: "done", icon: IconCircleCheck },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

export const paperStates: StateTable = {
  ISSUED: { word: "Issued", tone: "done", icon: IconClipboardCheck },
  IRN_PENDING: { word: "Waits for its IRN", tone: "attention" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

export const gradeOptions: readonly { readonly value: LineType; readonly label: string }[] = [
  { value: "good", label: "Good" },
  { value: "bad", label: "Bad" },
  { value: "qc_rejected", label: "QC rejected" },
];
export const gradeWord = (type: LineType): string =>
  gradeOptions.find((option) => option.value === type)?.label ?? type;

/** A facility that goods may be sent to, whoever works there. */
export interface TransferPlace {
  readonly facilityId: string;
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly stateCode: string;
  readonly gstin: string | null;
}

const placesQuery = queryOptions({
  queryKey: ["choices", "transfer-places"],
  queryFn: ({ signal }) => api.get<{ places: readonly TransferPlace[] }>("/api/v1/transfer-places", {}, signal),
  staleTime: 60_000,
});

const none: readonly TransferPlace[] = [];

export function useTransferPlaces(): readonly TransferPlace[] {
  return useQuery(placesQuery).data?.places ?? none;
}
