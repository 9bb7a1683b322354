import { Code, type Column, DataTable, Deadline, Page, StateChip } from "../../ui/index.ts";
import { packageStates } from "../shared/states.ts";

interface PackageRow {
  readonly id: string;
  readonly code: string;
  readonly orderCode: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly state: string;
  readonly units: number;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly invoiceNumber: string | null;
  readonly dispatchBy: string | null;
}

const code = (text: string | null) => (text === null ? "–" : <Code>{text}</Code>);

const columns: readonly Column<PackageRow>[] = [
  { id: "code", header: "Package", width: 150, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  {
    id: "state",
    header: "State",
    width: 140,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={packageStates} />,
  },
  { id: "order", header: "Order", width: 190, grow: true, cell: (row) => <Code>{row.orderCode}</Code> },
  { id: "channel", header: "Channel", width: 150, card: "meta", cell: (row) => row.channelCode },
  { id: "facility", header: "Facility", width: 90, hidden: true, cell: (row) => row.facilityCode },
  { id: "units", header: "Units", width: 64, align: "right", cell: (row) => row.units },
  { id: "courier", header: "Courier", width: 120, cell: (row) => row.courier ?? "–" },
  { id: "awb", header: "AWB", width: 150, cell: (row) => code(row.awb) },
  { id: "invoice", header: "Invoice", width: 150, cell: (row) => code(row.invoiceNumber) },
  {
    id: "dispatchBy",
    header: "Hand over by",
    width: 130,
    align: "right",
    sort: "dispatchBy",
    card: "meta",
    cell: (row) => <Deadline by={row.dispatchBy} met={row.state === "DISPATCHED" || row.state === "DELIVERED"} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Shipments" line="Packages by state: invoice, label, manifest, hand over.">
      <DataTable<PackageRow>
        id="shipments"
        endpoint="/api/v1/shipments"
        rowId={(row) => row.id}
        noun={["package", "packages"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "To invoice" },
          { value: "PACKED", label: "To label" },
          { value: "READY_TO_SHIP", label: "To manifest" },
          { value: "MANIFESTED", label: "To hand over" },
          { value: "DISPATCHED", label: "Dispatched" },
          { value: "DELIVERED", label: "Delivered" },
          { value: "CANCELLED", label: "Cancelled" },
          { value: "all", label: "All" },
        ]}
        searchHint="Package, order, AWB, invoice"
        empty={{ title: "No packages here", cause: "A package is made when stock is found for an order's units." }}
      />
    </Page>
  );
}
