import { Modal } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  CsvImport,
  DataTable,
  Money,
  Page,
  StateChip,
  type StateTable,
  Tabs,
} from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import type { Product } from "./product-data.ts";

const productStates: StateTable = {
  true: { word: "Enabled", tone: "done" },
  false: { word: "Disabled", tone: "waiting" },
};

const columns: readonly Column<Product>[] = [
  {
    id: "image",
    header: "Image",
    width: 64,
    cell: (row) => <Thumb name={row.name} imageUrl={row.imageUrl} size={26} />,
  },
  {
    id: "sku",
    header: "SKU",
    width: 190,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/products/${row.skuId}`}>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 220, grow: true, sort: "name", card: "meta", cell: (row) => row.name },
  { id: "type", header: "Kind", width: 80, cell: (row) => (row.isBundle ? "Bundle" : "Product") },
  { id: "category", header: "Category", width: 130, cell: (row) => row.category ?? "–" },
  { id: "hsn", header: "HSN", width: 90, cell: (row) => row.hsn ?? "–" },
  { id: "taxClass", header: "Tax class", width: 110, cell: (row) => row.taxClass ?? "–" },
  {
    id: "mrp",
    header: "MRP",
    width: 110,
    align: "right",
    card: "trailing",
    cell: (row) => <Money paise={row.mrpPaise} />,
  },
  {
    id: "weight",
    header: "Weight",
    width: 90,
    align: "right",
    hidden: true,
    cell: (row) => (row.weightGrams === null ? "–" : `${row.weightGrams} g`),
  },
  {
    id: "enabled",
    header: "State",
    width: 110,
    cell: (row) => <StateChip state={String(row.enabled)} table={productStates} />,
  },
];

const productColumns = [
  { name: "SKU Code", required: true, help: "Makes a new product, or changes the one that has this code." },
  { name: "Name", required: true, help: "Up to 400 characters." },
  { name: "Category", help: "Any word of yours." },
  { name: "Brand", help: "Any word of yours." },
  { name: "HSN", help: "4 to 8 digits." },
  { name: "Tax Class", help: "Code of a tax class, as under Settings › Tax classes." },
  { name: "MRP", help: "Rupees with two decimals." },
  { name: "Weight (g)", help: "Whole grams." },
  { name: "Length (mm)", help: "Whole millimetres; width and height alike." },
  { name: "Image URL", help: "Begins with https://." },
  { name: "Type", help: "SIMPLE or BUNDLE." },
  { name: "Enabled", help: "true or false." },
];
const bundleColumns = [
  { name: "Bundle SKU Code", required: true, help: "A product of type BUNDLE." },
  { name: "Component SKU Code", required: true, help: "What it is made of." },
  { name: "Quantity", required: true, help: "Pieces of the component in one bundle." },
];

function useCategories(): readonly string[] {
  const { data } = useQuery({
    queryKey: ["sku-categories"],
    queryFn: ({ signal }) => api.get<{ categories: readonly string[] }>("/api/v1/sku-categories", {}, signal),
    staleTime: 60_000,
  });
  return data?.categories ?? [];
}

export function Screen() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const may = useMay();
  const categories = useCategories();
  const [importing, setImporting] = useState(false);
  const notMine = may("catalog.edit") ? null : "Your role does not include changing products.";
  const actions = (
    <>
      <ActionButton label="Import" icon={IconUpload} notNow={notMine} onClick={() => setImporting(true)} />
      <ActionButton
        primary
        label="New product"
        icon={IconPlus}
        notNow={notMine}
        onClick={() => navigate({ to: "/products/new" })}
      />
    </>
  );
  return (
    <Page fill title="Products" line="What is stocked and sold: SKUs and bundles." actions={actions}>
      <DataTable<Product>
        id="products"
        endpoint="/api/v1/skus"
        rowId={(row) => row.skuId}
        noun={["product", "products"]}
        columns={columns}
        filters={[
          { name: "enabled", label: "Enabled", type: "flag" },
          {
            name: "bundle",
            label: "Bundles",
            type: "flag",
            sentence: (v) => (v === "true" ? "bundles" : "no bundles"),
          },
          {
            name: "lacks",
            label: "Lacks",
            type: "select",
            single: true,
            options: [
              { value: "HSN", label: "without HSN code" },
              { value: "TAX_CLASS", label: "without tax class" },
              { value: "WEIGHT", label: "without weight" },
              { value: "COMPONENTS", label: "bundles without components" },
            ],
            sentence: (_value, label) => label,
          },
          {
            name: "category",
            label: "Category",
            type: "select",
            single: true,
            options: categories.map((name) => ({ value: name, label: name })),
            sentence: (_value, label) => label,
          },
        ]}
        defaultSort="code"
        searchHint="SKU or name"
        byFacility={false}
        href={(row) => `/products/${row.skuId}`}
        rowTone={(row) => (row.enabled && (row.hsn === null || row.taxClass === null) ? "attention" : undefined)}
        empty={{
          title: "No products yet",
          cause: "Products come from a CSV file, or are made one by one.",
          action: actions,
        }}
      />
      {importing && (
        <Modal opened onClose={() => setImporting(false)} size="lg" title={<strong>Import products</strong>}>
          <Import onFinished={() => void client.invalidateQueries({ queryKey: ["list", "/api/v1/skus"] })} />
        </Modal>
      )}
    </Page>
  );
}

function Import({ onFinished }: { onFinished: () => void }) {
  const [what, setWhat] = useState("products");
  return (
    <>
      <Tabs
        tabs={[
          { value: "products", label: "Products" },
          { value: "bundles", label: "What bundles are made of" },
        ]}
        param="import"
        onChange={setWhat}
      />
      {what === "products" ? (
        <CsvImport
          key="products"
          endpoint="/api/v1/skus/import"
          columns={productColumns}
          template={{
            fileName: "products.csv",
            text: 'SKU Code,Name,Category,Brand,HSN,Tax Class,MRP,Weight (g),Length (mm),Width (mm),Height (mm),Image URL,Type,Enabled\r\nTSHIRT-BLUE-M,"T-shirt, blue, M",Apparel,Godown,61091000,APPAREL,799.00,180,300,250,20,,SIMPLE,true\r\n',
          }}
          note="New codes make products, known ones change them; an empty cell leaves what is there. The same file again changes nothing."
          onFinished={onFinished}
        />
      ) : (
        <CsvImport
          key="bundles"
          endpoint="/api/v1/bundles/import"
          columns={bundleColumns}
          template={{
            fileName: "bundles.csv",
            text: "Bundle SKU Code,Component SKU Code,Quantity\r\nGIFT-BOX,TSHIRT-BLUE-M,2\r\n",
          }}
          note="The lines of a bundle together replace what it had. The same file again changes nothing."
          onFinished={onFinished}
        />
      )}
    </>
  );
}
