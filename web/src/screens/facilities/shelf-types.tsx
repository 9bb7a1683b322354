import { Modal } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  DeclaredForm,
  Empty,
  type FieldDeclaration,
  Refusal,
  reportDone,
  Section,
} from "../../ui/index.ts";
import classes from "./facilities.module.css";
import type { ShelfType } from "./facility-data.ts";
import { useShelfTypes } from "./use-shelf-types.ts";

/** Sizes of shelves, shared by all facilities: how many units each takes. */
export function ShelfTypesSection() {
  const may = useMay();
  const { data, error } = useShelfTypes();
  const [editing, setEditing] = useState<ShelfType | "new" | null>(null);
  const notMine = may("warehouse.edit") ? null : "Your role does not include changing shelves.";
  const add = (
    <ActionButton label="New shelf type" icon={IconPlus} notNow={notMine} onClick={() => setEditing("new")} />
  );
  return (
    <Section
      title="Shelf types"
      line="For all facilities. Putaway puts no more on a shelf than its type takes."
      actions={add}
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data?.rows.length === 0 && (
        <Empty title="No shelf types" cause="A shelf without a type takes any number of units." action={add} />
      )}
      {data !== undefined && data.rows.length > 0 && (
        <ul className={classes.series}>
          {data.rows.map((type) => (
            <li key={type.shelfTypeId}>
              <div className={classes.seriesHead}>
                <strong>
                  <Code>{type.code}</Code>
                </strong>
                <span>
                  {type.lengthMm} × {type.widthMm} × {type.heightMm} mm ·{" "}
                  {type.capacity === null ? "any number of units" : `takes ${plural(type.capacity, "unit")}`} ·{" "}
                  {type.shelves === 1 ? "1 shelf" : `${type.shelves} shelves`}
                </span>
                <ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={() => setEditing(type)} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {editing !== null && <ShelfTypeForm type={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

const millimetres = (name: string, label: string): FieldDeclaration => ({
  ...{ name, label, type: "number", required: true, half: true },
  ...{ min: 1, max: 100_000, unit: "mm" },
});

const fields: readonly FieldDeclaration[] = [
  {
    name: "code",
    label: "Shelf type",
    type: "text",
    required: true,
    half: true,
    lengthMax: 45,
    placeholder: "RACK-90",
  },
  {
    name: "capacity",
    label: "Capacity",
    type: "number",
    half: true,
    min: 1,
    max: 10_000_000,
    unit: "units",
    help: "Empty: any number. A smaller one moves nothing that lies there; only nothing is added until it fits.",
  },
  millimetres("lengthMm", "Length"),
  millimetres("widthMm", "Width"),
  millimetres("heightMm", "Height"),
];

function ShelfTypeForm({ type, onClose }: { type: ShelfType | null; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <Modal opened onClose={onClose} title={<strong>{type === null ? "New shelf type" : "Change shelf type"}</strong>}>
      <DeclaredForm
        fields={fields}
        initial={{
          ...{ code: type?.code ?? "", capacity: type?.capacity ?? null },
          ...{ lengthMm: type?.lengthMm ?? null, widthMm: type?.widthMm ?? null, heightMm: type?.heightMm ?? null },
        }}
        submitLabel={type === null ? "Make shelf type" : "Save"}
        onCancel={onClose}
        onSubmit={async (values) => {
          if (type === null) await api.post("/api/v1/shelf-types", values);
          else await api.put(`/api/v1/shelf-types/${type.shelfTypeId}`, values);
          await client.invalidateQueries({ queryKey: ["shelf-types"] });
          void client.invalidateQueries({ queryKey: ["list", "/api/v1/shelves"] });
          reportDone("Saved.");
          onClose();
        }}
      />
    </Modal>
  );
}
