import { Code, type Column, DataTable, Money, Page } from "../../ui/index.ts";

interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly category: string | null;
  readonly hsn: string | null;
  readonly taxClass: string | null;
  readonly mrpPaise: number | null;
  readonly enabled: boolean;
}

const columns: readonly Column<ProductRow>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 170,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code>{row.sku}</Code>,
  },
  { id: "name", header: "Name", width: 220, grow: true, sort: "name", card: "meta", cell: (row) => row.name },
  { id: "category", header: "Category", width: 130, cell: (row) => row.category ?? "–" },
  { id: "hsn", header: "HSN", width: 90, cell: (row) => row.hsn ?? "–" },
  { id: "taxClass", header: "Tax class", width: 120, cell: (row) => row.taxClass ?? "–" },
  {
    id: "mrp",
    header: "MRP",
    width: 110,
    align: "right",
    card: "trailing",
    cell: (row) => <Money paise={row.mrpPaise} />,
  },
  { id: "enabled", header: "Enabled", width: 80, cell: (row) => (row.enabled ? "Yes" : "No") },
];

export function Screen() {
  return (
    <Page fill title="Products" line="What is stocked and sold: SKUs and bundles.">
      <DataTable<ProductRow>
        id="products"
        endpoint="/api/v1/skus"
        rowId={(row) => row.id}
        noun={["product", "products"]}
        columns={columns}
        defaultSort="sku"
        searchHint="SKU or name"
        byFacility={false}
        empty={{ title: "No products yet", cause: "Products come from a CSV file, or are made one by one." }}
      />
    </Page>
  );
}
