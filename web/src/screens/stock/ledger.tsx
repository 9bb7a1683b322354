import { Code, type Column, DataTable, Instant } from "../../ui/index.ts";
import { bucketWords, causeWords, type LedgerRow, signed } from "./stock-data.ts";

const columns: readonly Column<LedgerRow>[] = [
  {
    id: "at",
    header: "When",
    width: 100,
    always: true,
    sort: "at",
    card: "meta",
    cell: (row) => <Instant at={row.at} />,
  },
  { id: "sku", header: "SKU", width: 190, card: "title", cell: (row) => <Code>{row.sku}</Code> },
  { id: "facility", header: "Facility", width: 80, cell: (row) => row.facilityCode },
  { id: "shelf", header: "Shelf", width: 100, cell: (row) => row.shelf ?? "–" },
  {
    id: "bucket",
    header: "Of",
    width: 100,
    card: "meta",
    cell: (row) => bucketWords[row.bucket] ?? row.bucket,
  },
  {
    id: "quantity",
    header: "Quantity",
    width: 80,
    align: "right",
    card: "trailing",
    cell: (row) => <strong>{signed(row.quantity)}</strong>,
  },
  {
    id: "cause",
    header: "Why",
    width: 180,
    grow: true,
    card: "meta",
    cell: (row) => [causeWords[row.cause] ?? row.cause, row.note].filter((part) => part !== null).join(": "),
  },
  { id: "by", header: "By", width: 140, cell: (row) => row.actorName },
];

/** Every change of stock with its cause. */
export function LedgerTable() {
  return (
    <DataTable<LedgerRow>
      id="stock-ledger"
      endpoint="/api/v1/stock-ledger"
      rowId={(row) => row.id}
      noun={["entry", "entries"]}
      columns={columns}
      filters={[
        {
          name: "cause",
          label: "Why",
          type: "select",
          single: true,
          options: Object.entries(causeWords).map(([value, label]) => ({ value, label })),
          sentence: (_value, label) => label.toLowerCase(),
        },
        {
          name: "bucket",
          label: "Of",
          type: "select",
          single: true,
          options: Object.entries(bucketWords).map(([value, label]) => ({ value, label })),
        },
      ]}
      defaultSort="-at"
      searchHint="SKU or name"
      empty={{ title: "No entries", cause: "Every change of stock is written here and never changed afterwards." }}
    />
  );
}
