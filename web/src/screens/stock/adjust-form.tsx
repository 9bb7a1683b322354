import { Modal } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useFacility, useSession } from "../../lib/session.ts";
import { DeclaredForm, type FieldDeclaration, reportDone } from "../../ui/index.ts";
import type { StockRow } from "./stock-data.ts";

const kinds = [
  { value: "ADD", label: "Add: more came" },
  { value: "REMOVE", label: "Remove: fewer are there" },
  { value: "REPLACE", label: "Replace: this many lie there" },
  { value: "TRANSFER", label: "Transfer to another shelf" },
];
const types = [
  { value: "GOOD_INVENTORY", label: "Good" },
  { value: "BAD_INVENTORY", label: "Bad" },
  { value: "QC_REJECTED", label: "QC rejected" },
  { value: "VIRTUAL_INVENTORY", label: "Virtual (made to order)" },
];

/** Changes the stock of one SKU in one facility. Channels hear of it within seconds. */
export function AdjustForm({ row, onClose, onDone }: { row?: StockRow; onClose: () => void; onDone: () => void }) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const only = facilities.length === 1 ? facilities[0]?.code : undefined;
  const fields: readonly FieldDeclaration[] = [
    {
      name: "sku",
      label: "SKU",
      type: "text",
      required: true,
      half: true,
      lengthMax: 45,
      help: "Type or scan it.",
      ...(row === undefined ? {} : { fixed: row.name }),
    },
    {
      name: "facility",
      label: "Facility",
      type: "select",
      required: true,
      half: true,
      options: facilities.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` })),
    },
    { name: "kind", label: "What", type: "select", required: true, half: true, options: kinds, default: "ADD" },
    {
      name: "quantity",
      label: "Pieces",
      type: "number",
      required: true,
      half: true,
      min: 0,
      max: 10_000_000,
      help: "Never below zero: more than lies there cannot be removed.",
    },
    { name: "type", label: "Of", type: "select", half: true, options: types, default: "GOOD_INVENTORY" },
    { name: "shelf", label: "Shelf", type: "text", half: true, lengthMax: 45, placeholder: "DEFAULT" },
    {
      name: "transferToShelf",
      label: "To shelf",
      type: "text",
      required: true,
      half: true,
      lengthMax: 45,
      when: { field: "kind", is: "TRANSFER" },
    },
    {
      name: "remarks",
      label: "Remarks",
      type: "text",
      lengthMax: 255,
      help: "Why; it stands in the ledger.",
    },
  ];
  return (
    <Modal opened onClose={onClose} title={<strong>Adjust stock</strong>} size="lg">
      <DeclaredForm
        fields={fields}
        initial={{ sku: row?.sku ?? "", facility: row?.facilityCode ?? chosen.code ?? only ?? null }}
        submitLabel="Adjust stock"
        onCancel={onClose}
        onSubmit={async (values) => {
          const { moved } = await api.post<{ moved: number }>("/api/v1/inventory/adjustments", {
            ...values,
            sku: row?.sku ?? values.sku,
          });
          reportDone(moved === 0 ? "It was so already." : `${plural(Math.abs(moved), "piece")} entered in the ledger.`);
          onDone();
          onClose();
        }}
      />
    </Modal>
  );
}
