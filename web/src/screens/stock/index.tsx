import { Modal } from "@mantine/core";
import { IconAdjustments, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Code, type Column, CsvImport, DataTable, Instant, Page, Tabs } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import { AdjustForm } from "./adjust-form.tsx";
import { LedgerTable } from "./ledger.tsx";
import { StockPanel } from "./panel.tsx";
import { bucketOptions, type ShelfStock, type StockRow } from "./stock-data.ts";

const quiet = (count: number) => (count === 0 ? "–" : count);

const columns: readonly Column<StockRow>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 190,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code>{row.sku}</Code>,
  },
  {
    id: "image",
    header: "Image",
    width: 64,
    cell: (row) => <Thumb name={row.name} imageUrl={row.imageUrl} size={26} />,
  },
  { id: "name", header: "Name", width: 180, grow: true, card: "meta", cell: (row) => row.name },
  { id: "facility", header: "Facility", width: 80, card: "meta", cell: (row) => row.facilityCode },
  {
    id: "available",
    header: "Available",
    width: 86,
    align: "right",
    sort: "available",
    card: "trailing",
    cell: (row) => <strong>{row.available}</strong>,
  },
  { id: "good", header: "Good", width: 70, align: "right", cell: (row) => row.good },
  { id: "blocked", header: "Blocked", width: 76, align: "right", cell: (row) => quiet(row.blocked) },
  { id: "openSale", header: "Waiting", width: 76, align: "right", cell: (row) => quiet(row.openSale) },
  {
    id: "openPurchase",
    header: "On order",
    width: 80,
    align: "right",
    hidden: true,
    cell: (row) => quiet(row.openPurchase),
  },
  { id: "putaway", header: "Putaway", width: 78, align: "right", cell: (row) => quiet(row.putawayPending) },
  { id: "bad", header: "Bad", width: 56, align: "right", cell: (row) => quiet(row.bad) },
  { id: "qc", header: "QC rejected", width: 92, align: "right", cell: (row) => quiet(row.qcRejected) },
  { id: "notFound", header: "Not found", width: 84, align: "right", hidden: true, cell: (row) => quiet(row.notFound) },
  { id: "virtual", header: "Virtual", width: 70, align: "right", hidden: true, cell: (row) => quiet(row.virtual) },
  {
    id: "updatedAt",
    header: "Changed",
    width: 100,
    align: "right",
    sort: "updatedAt",
    cell: (row) => <Instant at={row.updatedAt} />,
  },
];

const shelfColumns: readonly Column<ShelfStock>[] = [
  {
    id: "shelf",
    header: "Shelf",
    width: 150,
    always: true,
    sort: "shelf",
    card: "title",
    cell: (row) => <Code>{row.shelf}</Code>,
  },
  { id: "facility", header: "Facility", width: 90, card: "meta", cell: (row) => row.facilityCode },
  { id: "sku", header: "SKU", width: 190, sort: "sku", card: "meta", cell: (row) => <Code>{row.sku}</Code> },
  { id: "name", header: "Name", width: 200, grow: true, cell: (row) => row.name },
  {
    id: "bucket",
    header: "Kind",
    width: 110,
    card: "meta",
    cell: (row) => bucketOptions.find(({ value }) => value === row.bucket)?.label ?? row.bucket,
  },
  {
    id: "quantity",
    header: "Pieces",
    width: 90,
    align: "right",
    card: "trailing",
    cell: (row) => <strong>{row.quantity}</strong>,
  },
];

const adjustColumns = [
  { name: "Facility Code", required: true, help: "As under Settings › Facilities." },
  { name: "SKU Code", required: true, help: "A product." },
  { name: "Adjustment Type", required: true, help: "ADD, REMOVE, REPLACE or TRANSFER." },
  { name: "Quantity", required: true, help: "Pieces; with REPLACE what lies there afterwards, 0 included." },
  { name: "Inventory Type", help: "GOOD_INVENTORY (default), BAD_INVENTORY, QC_REJECTED or VIRTUAL_INVENTORY." },
  { name: "Shelf Code", help: "DEFAULT where it is left empty." },
  { name: "Transfer To Shelf Code", help: "With TRANSFER." },
  { name: "Remarks", help: "Stands in the ledger." },
];

export function Screen() {
  const may = useMay();
  const client = useQueryClient();
  const [params] = useUrlState();
  const [open, setOpen] = useState<"adjust" | "import" | null>(null);
  const notMine = may("inventory.adjust") ? null : "Your role does not include adjusting stock.";
  const refresh = () => void client.invalidateQueries({ queryKey: ["list"] });
  const actions = (
    <>
      <ActionButton label="Import" icon={IconUpload} notNow={notMine} onClick={() => setOpen("import")} />
      <ActionButton
        primary
        label="Adjust stock"
        icon={IconAdjustments}
        notNow={notMine}
        onClick={() => setOpen("adjust")}
      />
    </>
  );
  return (
    <Page
      fill
      title="Stock"
      line="What is on the shelves, what is promised, and what is left. Every number is the sum of its ledger."
      actions={actions}
    >
      <Tabs
        param="view"
        tabs={[
          { value: "levels", label: "Levels" },
          { value: "shelves", label: "By shelf" },
          { value: "ledger", label: "Ledger" },
        ]}
      />
      {params.view === "shelves" ? (
        <DataTable<ShelfStock>
          id="shelf-stock"
          endpoint="/api/v1/shelf-stock"
          rowId={(row) => `${row.shelfId}:${row.skuId}:${row.bucket}`}
          noun={["place", "places"]}
          columns={shelfColumns}
          filters={[
            { name: "shelf", label: "Shelf", type: "text", sentence: (value) => `on ${value}` },
            { name: "bucket", label: "Kind", type: "select", single: true, options: bucketOptions },
          ]}
          defaultSort="shelf"
          searchHint="SKU or name"
          empty={{ title: "Nothing on the shelves", cause: "Stock comes in by an adjustment or a putaway." }}
        />
      ) : params.view === "ledger" ? (
        <LedgerTable />
      ) : (
        <DataTable<StockRow>
          id="stock"
          endpoint="/api/v1/stock"
          rowId={(row) => `${row.facilityId}:${row.skuId}`}
          noun={["SKU", "SKUs"]}
          columns={columns}
          filters={[
            {
              name: "state",
              label: "Level",
              type: "select",
              single: true,
              options: [
                { value: "IN_STOCK", label: "in stock" },
                { value: "OUT_OF_STOCK", label: "out of stock" },
                { value: "SHORT", label: "short of what is sold" },
                { value: "PUTAWAY_PENDING", label: "with goods in putaway" },
              ],
              sentence: (_value, label) => label,
            },
          ]}
          defaultSort="sku"
          searchHint="SKU or name"
          rowTone={(row) => (row.openSale > row.available ? "attention" : undefined)}
          panelTitle={(row) => <Code>{row.sku}</Code>}
          panel={(row) => <StockPanel row={row} onChanged={refresh} />}
          empty={{
            title: "No stock yet",
            cause: "Stock comes in by an adjustment, one by one or from a CSV file.",
            action: actions,
          }}
        />
      )}
      {open === "adjust" && <AdjustForm onClose={() => setOpen(null)} onDone={refresh} />}
      {open === "import" && (
        <Modal opened onClose={() => setOpen(null)} size="lg" title={<strong>Import stock adjustments</strong>}>
          <CsvImport
            endpoint="/api/v1/inventory/adjustments/import"
            columns={adjustColumns}
            template={{
              fileName: "stock.csv",
              text: "Facility Code,SKU Code,Adjustment Type,Quantity,Inventory Type,Shelf Code,Transfer To Shelf Code,Remarks\r\nBLR1,TSHIRT-BLUE-M,ADD,25,GOOD_INVENTORY,DEFAULT,,Opening stock\r\n",
            }}
            note="Up to 100,000 rows. Good rows are done, bad ones are listed with the reason. The same file again adds nothing twice."
            onFinished={refresh}
          />
        </Modal>
      )}
    </Page>
  );
}
