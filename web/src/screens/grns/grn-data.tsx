import { Code, type Column, Day, Instant, StateChip } from "../../ui/index.ts";
import { grnStates } from "../shared/states.ts";

/** A row of `GET /api/v1/grns`. */
export interface GrnRow {
  readonly grnId: string;
  readonly code: string;
  readonly state: "CREATED" | "QC_COMPLETE" | "COMPLETE" | "DISCARDED";
  readonly purchaseOrderId: string;
  readonly order: string;
  readonly vendorId: string;
  readonly vendor: string;
  readonly vendorName: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly vendorInvoiceNumber: string;
  readonly vendorInvoiceOn: string;
  readonly remarks: string | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly finishedAt: string | null;
  readonly finishedBy: string | null;
  readonly completedAt: string | null;
  readonly allowed: readonly string[];
}

export interface GrnLine {
  readonly lineId: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly vendorSku: string | null;
  readonly ordered: number;
  /** Pieces that this receipt may have at most. */
  readonly room: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectReason: string | null;
}

/** The answer of `GET /api/v1/grns/:grnId`. */
export interface GrnDetail extends GrnRow {
  readonly lines: readonly GrnLine[];
  readonly putaways: readonly {
    readonly putawayId: string | null;
    readonly putaway: string | null;
    readonly state: string | null;
    readonly units: number;
  }[];
}

/** Pieces of a line that could still be counted on this receipt. */
export const leftOf = ({ room, accepted, rejected }: GrnLine): number => room - accepted - rejected;

export const grnColumns: readonly Column<GrnRow>[] = [
  {
    id: "code",
    header: "GRN",
    width: 130,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/grns/${row.grnId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 150,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={grnStates} />,
  },
  {
    id: "order",
    header: "Order",
    width: 130,
    card: "meta",
    cell: (row) => <Code href={`/purchase-orders/${row.purchaseOrderId}`}>{row.order}</Code>,
  },
  { id: "vendor", header: "Vendor", width: 180, grow: true, card: "meta", cell: (row) => row.vendorName },
  {
    id: "invoice",
    header: "Vendor’s invoice",
    width: 150,
    grow: true,
    card: "meta",
    cell: (row) => row.vendorInvoiceNumber,
  },
  { id: "invoiceOn", header: "Of", width: 110, cell: (row) => <Day on={row.vendorInvoiceOn} /> },
  { id: "facility", header: "Facility", width: 90, cell: (row) => row.facility },
  { id: "accepted", header: "Accepted", width: 90, align: "right", cell: (row) => row.accepted },
  {
    id: "rejected",
    header: "Rejected",
    width: 90,
    align: "right",
    cell: (row) => (row.rejected === 0 ? "–" : row.rejected),
  },
  {
    id: "createdAt",
    header: "Begun",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Begun by", width: 130, hidden: true, cell: (row) => row.createdBy },
];
