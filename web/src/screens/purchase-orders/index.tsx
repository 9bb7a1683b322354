import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useNow } from "../../lib/clock.ts";
import { dayOf, formatCount, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, Day, Instant, Money, Page, StateChip } from "../../ui/index.ts";
import { purchaseOrderStates } from "../shared/states.ts";
import { useVendorChoices } from "../shared/vendors.ts";
import type { PurchaseOrderRow } from "./order-data.ts";

const columns: readonly Column<PurchaseOrderRow>[] = [
  {
    id: "code",
    header: "Order",
    width: 130,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/purchase-orders/${row.purchaseOrderId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 150,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={purchaseOrderStates} />,
  },
  { id: "vendor", header: "Vendor", width: 200, grow: true, card: "meta", cell: (row) => row.vendorName },
  { id: "facility", header: "Facility", width: 90, cell: (row) => row.facility },
  {
    id: "received",
    header: "Received",
    width: 130,
    align: "right",
    card: "meta",
    cell: (row) => `${formatCount(row.accepted + row.rejected)} of ${plural(row.ordered, "piece")}`,
  },
  {
    id: "rejected",
    header: "Rejected",
    width: 80,
    align: "right",
    hidden: true,
    cell: (row) => (row.rejected === 0 ? "–" : row.rejected),
  },
  {
    id: "amount",
    header: "Amount",
    width: 130,
    align: "right",
    card: "meta",
    cell: (row) => <Money paise={row.grossPaise} />,
  },
  {
    id: "expectedOn",
    header: "Expected",
    width: 110,
    align: "right",
    sort: "expectedOn",
    card: "meta",
    cell: (row) => <Day on={row.expectedOn} />,
  },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Made by", width: 130, hidden: true, cell: (row) => row.createdBy },
  { id: "approvedBy", header: "Approved by", width: 130, hidden: true, cell: (row) => row.approvedBy ?? "–" },
];

const coming = (row: PurchaseOrderRow): boolean => row.state === "APPROVED" || row.state === "PARTIALLY_RECEIVED";

/** Goods on order, by what is to be done with them. */
export function Screen() {
  const may = useMay();
  const navigate = useNavigate();
  const vendors = useVendorChoices();
  const today = dayOf(useNow());
  const create = (
    <ActionButton
      primary
      label="New purchase order"
      icon={IconPlus}
      notNow={may("purchasing.manage") ? null : "Your role does not include ordering."}
      onClick={() => navigate({ to: "/purchase-orders/new" })}
    />
  );
  return (
    <Page
      fill
      title="Purchase orders"
      line="What is ordered from vendors, and how much of it has come."
      actions={create}
    >
      <DataTable<PurchaseOrderRow>
        id="purchase-orders"
        endpoint="/api/v1/purchase-orders"
        rowId={(row) => row.purchaseOrderId}
        noun={["order", "orders"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "CREATED", label: "To approve", tone: "attention" },
          { value: "APPROVED", label: "To receive" },
          { value: "PARTIALLY_RECEIVED", label: "Partially received" },
          { value: "COMPLETE", label: "Complete" },
          { value: "CLOSED", label: "Closed short" },
          { value: "CANCELLED", label: "Cancelled" },
        ]}
        filters={[
          {
            name: "vendorId",
            label: "Vendor",
            type: "select",
            single: true,
            options: vendors.map(({ vendorId, name }) => ({ value: vendorId, label: name })),
            sentence: (_value, label) => `from ${label}`,
          },
          {
            name: "late",
            label: "Late",
            type: "flag",
            sentence: (value) => (value === "true" ? "later than expected" : "not late"),
          },
        ]}
        searchHint="Order, vendor, SKU"
        defaultSort="-createdAt"
        href={(row) => `/purchase-orders/${row.purchaseOrderId}`}
        rowTone={(row) =>
          coming(row) && row.expectedOn !== null && row.expectedOn < today
            ? "failed"
            : row.state === "CREATED"
              ? "attention"
              : undefined
        }
        empty={{
          title: "No purchase orders",
          cause:
            "An order says what a vendor is to deliver, where and at which price. Goods are received on it once it is approved.",
          action: create,
        }}
      />
    </Page>
  );
}
