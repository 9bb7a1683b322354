import { Modal } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  DeclaredForm,
  Money,
  reportDone,
  Section,
} from "../../ui/index.ts";
import { rupeesText } from "../products/product-data.ts";
import type { VendorItem } from "./vendor-data.ts";

const columns: readonly Column<VendorItem>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 170,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code href={`/products/${row.skuId}`}>{row.sku}</Code>,
  },
  { id: "name", header: "Name", width: 180, grow: true, card: "meta", cell: (row) => row.name },
  {
    id: "vendorSku",
    header: "Its code",
    width: 120,
    card: "meta",
    cell: (row) => (row.vendorSku === null ? "–" : <Code>{row.vendorSku}</Code>),
  },
  {
    id: "unitPrice",
    header: "Price without tax",
    width: 130,
    align: "right",
    sort: "unitPrice",
    card: "trailing",
    cell: (row) => <Money paise={row.unitPricePaise} />,
  },
  { id: "minimum", header: "Least", width: 70, align: "right", cell: (row) => row.minimumQuantity ?? "–" },
  {
    id: "lead",
    header: "Lead time",
    width: 90,
    align: "right",
    cell: (row) => (row.leadTimeDays === null ? "–" : `${row.leadTimeDays} d`),
  },
];

/** What a vendor offers: its codes and prices, which fill the lines of an order. */
export function Offers({ vendorId }: { vendorId: string }) {
  const may = useMay();
  const client = useQueryClient();
  const [editing, setEditing] = useState<VendorItem | "new" | null>(null);
  const notMine = may("purchasing.manage") ? null : "Your role does not include changing vendors.";
  const changed = () => client.invalidateQueries({ queryKey: ["list", "/api/v1/vendor-items"] });
  const add = <ActionButton label="Add SKU" icon={IconPlus} notNow={notMine} onClick={() => setEditing("new")} />;
  return (
    <Section title="Offers" line="Prices and codes that fill the lines of a purchase order." actions={add}>
      <DataTable<VendorItem>
        id="vendor-items"
        endpoint="/api/v1/vendor-items"
        fixed={{ vendorId }}
        prefix="offers"
        fill={false}
        byFacility={false}
        rowId={(row) => row.skuId}
        noun={["SKU", "SKUs"]}
        columns={columns}
        searchHint="SKU, name, its code"
        defaultSort="sku"
        panelTitle={(row) => <Code>{row.sku}</Code>}
        panel={(row) => (
          <Offer
            key={`${row.skuId} ${row.updatedAt}`}
            vendorId={vendorId}
            item={row}
            notMine={notMine}
            onSaved={changed}
          />
        )}
        empty={{
          title: "No offers yet",
          cause: "Prices are then typed on each order. They may also come from a file: Vendors › Import.",
        }}
      />
      {editing === "new" && (
        <Modal opened onClose={() => setEditing(null)} title={<strong>Add SKU</strong>}>
          <Offer
            vendorId={vendorId}
            item={null}
            notMine={notMine}
            onSaved={async () => {
              await changed();
              setEditing(null);
            }}
          />
        </Modal>
      )}
    </Section>
  );
}

function Offer({
  vendorId,
  item,
  notMine,
  onSaved,
}: {
  vendorId: string;
  item: VendorItem | null;
  notMine: string | null;
  onSaved: () => Promise<unknown>;
}) {
  return (
    <>
      <DeclaredForm
        fields={[
          {
            ...{ name: "sku", label: "SKU", type: "text", required: true, lengthMax: 45 },
            ...(item === null ? {} : { fixed: "Another SKU is another offer." }),
          },
          {
            ...{ name: "vendorSku", label: "The vendor's code", type: "text", lengthMax: 100 },
            help: "Printed on orders and known when it is scanned on arrival.",
          },
          { name: "unitPricePaise", label: "Price of one piece, without tax", type: "money", half: true },
          { name: "minimumQuantity", label: "Least it delivers", type: "number", min: 1, max: 100_000, half: true },
          {
            ...{ name: "leadTimeDays", label: "Lead time", type: "number", min: 0, max: 365, half: true },
            unit: "days",
          },
        ]}
        initial={
          item === null
            ? {}
            : {
                sku: item.sku,
                vendorSku: item.vendorSku,
                unitPricePaise: rupeesText(item.unitPricePaise),
                minimumQuantity: item.minimumQuantity,
                leadTimeDays: item.leadTimeDays,
              }
        }
        submitLabel={item === null ? "Add SKU" : "Save"}
        notNow={notMine}
        onSubmit={async (values) => {
          // A field that cannot be changed is not sent by the form; the offer is still of this SKU.
          await api.put(`/api/v1/vendors/${vendorId}/items`, { ...values, sku: item?.sku ?? values.sku });
          await onSaved();
          reportDone("Saved.");
        }}
      />
      {item !== null && (
        <ActionButton
          danger
          label="Take off the offers"
          icon={IconTrash}
          notNow={notMine}
          onClick={async () => {
            await api.del(`/api/v1/vendors/${vendorId}/items/${item.skuId}`);
            await onSaved();
            reportDone(`${item.sku} is off the offers; orders keep theirs.`);
          }}
        />
      )}
    </>
  );
}
