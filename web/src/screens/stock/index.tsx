import { Code, type Column, DataTable, Page } from "../../ui/index.ts";

interface StockRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly facilityCode: string;
  readonly onHand: number;
  readonly allocated: number;
  readonly available: number;
  readonly bad: number;
  readonly putawayPending: number;
}

const columns: readonly Column<StockRow>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 170,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code>{row.sku}</Code>,
  },
  { id: "name", header: "Name", width: 200, grow: true, card: "meta", cell: (row) => row.name },
  { id: "facility", header: "Facility", width: 100, card: "meta", cell: (row) => row.facilityCode },
  { id: "onHand", header: "On hand", width: 90, align: "right", sort: "onHand", cell: (row) => row.onHand },
  { id: "allocated", header: "Allocated", width: 90, align: "right", cell: (row) => row.allocated },
  {
    id: "available",
    header: "Available",
    width: 90,
    align: "right",
    sort: "available",
    card: "trailing",
    cell: (row) => <strong>{row.available}</strong>,
  },
  { id: "bad", header: "Bad", width: 70, align: "right", cell: (row) => row.bad },
  { id: "putaway", header: "Putaway", width: 80, align: "right", cell: (row) => row.putawayPending },
];

export function Screen() {
  return (
    <Page
      fill
      title="Stock"
      line="What is on the shelves, what is promised, and what is left. Every number is the sum of its ledger."
    >
      <DataTable<StockRow>
        id="stock"
        endpoint="/api/v1/stock"
        rowId={(row) => row.id}
        noun={["SKU", "SKUs"]}
        columns={columns}
        filters={[{ name: "outOfStock", label: "Out of stock", type: "flag" }]}
        defaultSort="sku"
        searchHint="SKU or name"
        empty={{ title: "No stock yet", cause: "Stock comes in by an adjustment, one by one or from a CSV file." }}
      />
    </Page>
  );
}
