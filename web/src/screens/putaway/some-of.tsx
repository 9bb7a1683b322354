import { Modal } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { DeclaredForm, type FieldDeclaration, reportDone } from "../../ui/index.ts";
import { gradeOptions, meant, type PutawayGroup } from "./putaway-data.ts";

const TAKE_OFF = "off";

/** Another grade or shelf for some of like units; those that are not scanned are taken first. */
export function SomeOf({
  putawayId,
  group,
  onClose,
  onDone,
}: {
  putawayId: string;
  group: PutawayGroup;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const fields: readonly FieldDeclaration[] = [
    {
      name: "quantity",
      label: "How many",
      type: "number",
      required: true,
      half: true,
      min: 1,
      max: group.units,
      unit: `of ${group.units}`,
    },
    {
      name: "grade",
      label: "They are",
      type: "select",
      half: true,
      options: [...gradeOptions, { value: TAKE_OFF, label: "Not of this list: take them off" }],
      help: "Left empty, they stay as they are.",
    },
    {
      name: "shelf",
      label: "They go to shelf",
      type: "text",
      half: true,
      lengthMax: 45,
      help: "Left empty, the shelf stays, or follows the grade.",
    },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        <strong>
          Some of {group.units} × {group.sku}
        </strong>
      }
    >
      <DeclaredForm
        fields={fields}
        initial={{ quantity: 1, grade: null, shelf: "" }}
        submitLabel="Change them"
        onCancel={onClose}
        onSubmit={async ({ quantity, grade, shelf }) => {
          const units = { ...meant(group), quantity };
          const path = `/api/v1/putaways/${putawayId}`;
          if (grade === TAKE_OFF) await api.post(`${path}/release`, units);
          else
            await api.post(`${path}/grade`, {
              gradings: [{ ...units, ...(grade ? { grade } : {}), ...(shelf ? { shelf } : {}) }],
            });
          reportDone(`Changed: ${plural(Number(quantity), "unit")}.`);
          await onDone();
          onClose();
        }}
      />
    </Modal>
  );
}
