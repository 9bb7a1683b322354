import { Modal } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { DeclaredForm, type FieldDeclaration, reportDone } from "../../ui/index.ts";
import { useProviderChoices } from "../shared/choices.ts";
import type { ShipmentDetail } from "./shipment.ts";

const size = { type: "number", min: 1, max: 10_000, unit: "mm", half: true } as const;
const boxFields: readonly FieldDeclaration[] = [
  {
    name: "weightGrams",
    label: "Weight",
    type: "number",
    min: 1,
    max: 1_000_000,
    unit: "g",
    half: true,
    help: "Printed on the label and the manifest.",
  },
  { name: "lengthMm", label: "Length", ...size },
  { name: "widthMm", label: "Width", ...size },
  { name: "heightMm", label: "Height", ...size },
  {
    name: "boxes",
    label: "Boxes",
    type: "number",
    min: 1,
    max: 999,
    half: true,
    help: "The courier is told how many.",
  },
];

/** Changes courier and AWB, or box and weight, until the manifest closes. Only what was changed is sent. */
export function EditForm({
  shipment,
  what,
  onClose,
  onSaved,
}: {
  shipment: ShipmentDetail;
  what: "courier" | "box";
  onClose: () => void;
  onSaved: () => unknown;
}) {
  const providers = useProviderChoices();
  const courierFields: readonly FieldDeclaration[] = [
    {
      name: "courier",
      label: "Courier",
      type: "select",
      required: true,
      options: providers
        .filter((provider) => provider.enabled || provider.code === shipment.courierCode)
        .map(({ code, name, kind, account }) => ({
          value: code,
          label: kind === "API" ? `${name} · asked by its API` : name,
          ...(kind === "API" && account !== "CONNECTED" ? { unavailable: "It is not connected." } : {}),
        })),
    },
    {
      name: "awb",
      label: "AWB",
      type: "text",
      lengthMax: 48,
      placeholder: "The courier's next number",
      help: "Leave it empty for the next number of the courier's pool, or to have it asked by its API when the package is labelled. A number that is given up is never used again; one that a courier gave by its API is given back to it.",
    },
  ];
  const fields = what === "courier" ? courierFields : boxFields;
  const before: Readonly<Record<string, unknown>> = {
    courier: shipment.courierCode,
    awb: shipment.awb,
    weightGrams: shipment.weightGrams,
    lengthMm: shipment.lengthMm,
    widthMm: shipment.widthMm,
    heightMm: shipment.heightMm,
    boxes: shipment.boxes,
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{what === "courier" ? "Change courier or AWB" : "Change box and weight"}</strong>}
    >
      <DeclaredForm
        fields={fields}
        initial={{
          courier: shipment.courierCode,
          awb: shipment.awb ?? "",
          weightGrams: shipment.weightGrams,
          lengthMm: shipment.lengthMm,
          widthMm: shipment.widthMm,
          heightMm: shipment.heightMm,
          boxes: shipment.boxes,
        }}
        // Another courier has other numbers: the old one would be refused.
        onChange={(values, changed) => (changed === "courier" ? { ...values, awb: "" } : values)}
        submitLabel="Save"
        onCancel={onClose}
        onSubmit={async (values) => {
          const changed = Object.fromEntries(
            Object.entries(values).filter(([name, value]) => value !== "" && value !== before[name]),
          );
          const answer = await api.patch<{ printAgain: boolean }>(`/api/v1/shipments/${shipment.code}`, changed);
          reportDone(answer.printAgain ? "Saved. Print the label again: it shows the old values." : "Saved.");
          await onSaved();
          onClose();
        }}
      />
    </Modal>
  );
}
