import { Code, type Column, DataTable, Deadline, Instant, Money, Page, StateChip } from "../../ui/index.ts";
import { orderStates } from "../shared/states.ts";

interface OrderRow {
  readonly id: string;
  readonly code: string;
  readonly channelCode: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly units: number;
  readonly totalPaise: number;
  readonly customerName: string | null;
  readonly dispatchBy: string | null;
  readonly orderedAt: string;
}

const columns: readonly Column<OrderRow>[] = [
  { id: "code", header: "Order", width: 190, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  { id: "channel", header: "Channel", width: 150, sort: "channel", card: "meta", cell: (row) => row.channelCode },
  {
    id: "state",
    header: "State",
    width: 140,
    card: "trailing",
    cell: (row) => <StateChip state={row.onHold ? "ON_HOLD" : row.state} table={orderStates} />,
  },
  { id: "customer", header: "Customer", width: 160, grow: true, cell: (row) => row.customerName ?? "–" },
  { id: "units", header: "Units", width: 70, align: "right", cell: (row) => row.units },
  {
    id: "total",
    header: "Total",
    width: 120,
    align: "right",
    sort: "total",
    card: "meta",
    cell: (row) => <Money paise={row.totalPaise} />,
  },
  {
    id: "dispatchBy",
    header: "Dispatch by",
    width: 130,
    align: "right",
    sort: "dispatchBy",
    card: "meta",
    cell: (row) => <Deadline by={row.dispatchBy} met={row.state === "COMPLETE"} />,
  },
  {
    id: "orderedAt",
    header: "Ordered",
    width: 110,
    align: "right",
    sort: "orderedAt",
    cell: (row) => <Instant at={row.orderedAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Orders" line="Every order of every channel, the first due on top.">
      <DataTable<OrderRow>
        id="orders"
        endpoint="/api/v1/orders"
        rowId={(row) => row.id}
        noun={["order", "orders"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "PENDING_VERIFICATION", label: "To verify", tone: "attention" },
          { value: "CREATED", label: "Created" },
          { value: "PROCESSING", label: "Processing" },
          { value: "COMPLETE", label: "Complete" },
          { value: "CANCELLED", label: "Cancelled" },
        ]}
        filters={[{ name: "onHold", label: "On hold", type: "flag" }]}
        searchHint="Order or customer"
        empty={{
          title: "No orders yet",
          cause: "Orders come in by themselves from connected channels, within seconds of being placed.",
        }}
      />
    </Page>
  );
}
