import { Modal } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { DeclaredForm, reportDone } from "../../ui/index.ts";
import type { CountDetail } from "./count-data.ts";

/** Adds shelves to a count: those that were not counted for longest, or by their codes. */
export function AddShelves({
  count,
  onClose,
  onDone,
}: {
  count: CountDetail;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const path = `/api/v1/cycle-counts/${count.cycleCountId}/shelves`;
  return (
    <Modal opened onClose={onClose} title={<strong>Add shelves to {count.code}</strong>}>
      <DeclaredForm
        fields={[
          {
            name: "how",
            label: "Which shelves",
            type: "select",
            required: true,
            options: [
              { value: "longest", label: "With stock, not counted for longest" },
              { value: "codes", label: "By their codes" },
            ],
          },
          {
            name: "shelves",
            label: "How many",
            type: "number",
            required: true,
            min: 1,
            max: 2000,
            unit: "shelves",
            half: true,
            when: { field: "how", is: "longest" },
          },
          {
            name: "prefix",
            label: "Beginning with",
            type: "text",
            lengthMax: 45,
            half: true,
            placeholder: "A-",
            help: "Leave it empty for the whole facility.",
            when: { field: "how", is: "longest" },
          },
          {
            name: "codes",
            label: "Codes",
            type: "textarea",
            required: true,
            placeholder: "A1, A2, A3",
            help: "Parted by commas, spaces or lines.",
            when: { field: "how", is: "codes" },
          },
          {
            name: "subCount",
            label: "Part of the count",
            type: "text",
            required: true,
            lengthMax: 100,
            help: "Shelves are shared out among people by parts: an aisle, a floor.",
          },
        ]}
        initial={{ how: "longest", shelves: 20, subCount: count.subCounts.at(-1)?.name ?? "All shelves" }}
        submitLabel="Add shelves"
        onCancel={onClose}
        onSubmit={async (given) => {
          const { added } = await (given.how === "codes"
            ? api.post<{ added: number }>(path, {
                codes: String(given.codes)
                  .split(/[\s,;]+/)
                  .filter((code) => code !== ""),
                subCount: given.subCount,
              })
            : api.post<{ added: number }>(`${path}/longest-uncounted`, {
                shelves: given.shelves,
                prefix: given.prefix ?? null,
                subCount: given.subCount,
              }));
          await onDone();
          reportDone(`${plural(added, "shelf", "shelves")} added.`);
          onClose();
        }}
      />
    </Modal>
  );
}
