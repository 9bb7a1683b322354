import { Modal, TextInput } from "@mantine/core";
import { IconLayoutGrid, IconPencil, IconPlus, IconRuler2 } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  type BulkAction,
  Code,
  type Column,
  DataTable,
  DeclaredForm,
  type FieldDeclaration,
  reportDone,
  reportProblem,
  Section,
} from "../../ui/index.ts";
import classes from "./facilities.module.css";
import type { Shelf, ShelfType } from "./facility-data.ts";
import { useShelfTypes } from "./use-shelf-types.ts";

const notMine = "Your role does not include changing shelves.";
const SHELVES = "/api/v1/shelves";

/** Where goods lie in a facility: shelves, the sections they stand in, and how much each takes. */
export function ShelvesSection({ facilityId }: { facilityId: string }) {
  const may = useMay();
  const client = useQueryClient();
  const { data } = useShelfTypes();
  const [editing, setEditing] = useState<Shelf | null>(null);
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ["list", SHELVES] });
    void client.invalidateQueries({ queryKey: ["shelf-types"] });
  };
  const types = data?.rows ?? [];
  return (
    <Section
      title="Shelves"
      line="Where goods lie; DEFAULT takes what has no place of its own. A disabled shelf takes nothing new."
    >
      <AddShelf facilityId={facilityId} onDone={refresh} />
      <DataTable<Shelf>
        id="shelves"
        endpoint={SHELVES}
        prefix="shelf."
        fill={false}
        fixed={{ facilityId }}
        byFacility={false}
        rowId={(row) => row.shelfId}
        noun={["shelf", "shelves"]}
        columns={columns(may("warehouse.edit") ? null : notMine, setEditing)}
        defaultSort="code"
        searchHint="Shelf or section"
        bulk={may("warehouse.edit") ? bulk(types, refresh) : []}
        empty={{ title: "No shelves", cause: "A facility gets the shelf DEFAULT when it is made." }}
      />
      {editing !== null && (
        <ShelfForm shelf={editing} types={types} onClose={() => setEditing(null)} onSaved={refresh} />
      )}
    </Section>
  );
}

function columns(notNow: string | null, onEdit: (shelf: Shelf) => void): readonly Column<Shelf>[] {
  return [
    {
      id: "code",
      header: "Shelf",
      width: 130,
      grow: true,
      always: true,
      sort: "code",
      card: "title",
      cell: (row) => <Code>{row.code}</Code>,
    },
    {
      id: "section",
      header: "Section",
      width: 100,
      sort: "section",
      card: "meta",
      cell: (row) => row.section ?? "–",
    },
    { id: "type", header: "Type", width: 100, card: "meta", cell: (row) => row.shelfType ?? "–" },
    { id: "skus", header: "SKUs", width: 60, align: "right", cell: (row) => row.skus },
    {
      id: "pieces",
      header: "Pieces",
      width: 100,
      align: "right",
      card: "meta",
      cell: (row) => (row.capacity === null ? row.pieces : `${row.pieces} of ${row.capacity}`),
    },
    { id: "enabled", header: "Enabled", width: 74, cell: (row) => (row.enabled ? "Yes" : "No") },
    {
      id: "change",
      header: "",
      width: 124,
      align: "right",
      card: "trailing",
      cell: (row) => <ActionButton label="Change" icon={IconPencil} notNow={notNow} onClick={() => onEdit(row)} />,
    },
  ];
}

/** Sections and types for many shelves at once: racks are set up by the dozen. */
function bulk(types: readonly ShelfType[], refresh: () => Promise<unknown>): readonly BulkAction<Shelf>[] {
  const change = async (shelves: readonly Shelf[], said: object) => {
    for (const shelf of shelves) await api.patch(`${SHELVES}/${shelf.shelfId}`, said);
    await refresh();
    return undefined;
  };
  const typeOf = (answer: string) => types.find((type) => type.code.toLowerCase() === answer.trim().toLowerCase());
  const known = types.map((type) => type.code).join(", ");
  return [
    {
      label: "Set section",
      icon: IconLayoutGrid,
      willHappen: () => "Putaway looks for room in the section where most of a SKU lies before it goes to another.",
      question: { label: "Section", placeholder: "AISLE A; empty takes it away", faultOf: () => null },
      run: (shelves, answer) => change(shelves, { section: answer.trim() === "" ? null : answer.trim() }),
    },
    {
      label: "Set type",
      icon: IconRuler2,
      willHappen: () => "The type says how many units a shelf takes. What lies there stays.",
      question: {
        label: "Shelf type",
        placeholder: known === "" ? "make a shelf type first" : `${known}; empty takes it away`,
        faultOf: (answer) =>
          answer.trim() === "" || typeOf(answer) !== undefined ? null : `is none of ${known || "no shelf types"}`,
      },
      run: (shelves, answer) => change(shelves, { shelfTypeId: typeOf(answer)?.shelfTypeId ?? null }),
    },
  ];
}

function AddShelf({ facilityId, onDone }: { facilityId: string; onDone: () => Promise<unknown> }) {
  const may = useMay();
  const [code, setCode] = useState("");
  const [section, setSection] = useState("");
  const add = async () => {
    await api.post(SHELVES, { facilityId, code: code.trim(), section: section.trim() });
    setCode("");
    await onDone();
  };
  return (
    <form
      className={classes.add}
      onSubmit={(event) => {
        event.preventDefault();
        add().catch((error: unknown) => reportProblem(error, "Make shelf"));
      }}
    >
      <TextInput
        size="xs"
        aria-label="Code of the new shelf"
        placeholder="A-01-03"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        aria-label="Section of the new shelf"
        placeholder="Section"
        value={section}
        onChange={(event) => setSection(event.currentTarget.value)}
      />
      <ActionButton
        label="Make shelf"
        icon={IconPlus}
        notNow={!may("warehouse.edit") ? notMine : code.trim() === "" ? "Type the shelf's code first." : null}
        onClick={add}
      />
    </form>
  );
}

function ShelfForm({
  shelf,
  types,
  onClose,
  onSaved,
}: {
  shelf: Shelf;
  types: readonly ShelfType[];
  onClose: () => void;
  onSaved: () => Promise<unknown>;
}) {
  const fields: readonly FieldDeclaration[] = [
    {
      name: "section",
      label: "Section",
      type: "text",
      half: true,
      lengthMax: 45,
      placeholder: "AISLE A",
      help: "Shelves of one section stand together.",
    },
    {
      name: "shelfTypeId",
      label: "Shelf type",
      type: "select",
      half: true,
      options: types.map((type) => ({
        value: type.shelfTypeId,
        label: type.capacity === null ? type.code : `${type.code}: ${type.capacity} units`,
      })),
      help: "None: it takes any number of units.",
    },
    {
      name: "enabled",
      label: "Enabled",
      type: "switch",
      consequence: { on: "Goods may be put there.", off: "What lies there stays; nothing new is put there." },
    },
  ];
  return (
    <Modal opened onClose={onClose} title={<strong>Shelf {shelf.code}</strong>}>
      <DeclaredForm
        fields={fields}
        initial={{ section: shelf.section ?? "", shelfTypeId: shelf.shelfTypeId, enabled: shelf.enabled }}
        submitLabel="Save"
        onCancel={onClose}
        onSubmit={async ({ section, shelfTypeId, enabled }) => {
          await api.patch(`${SHELVES}/${shelf.shelfId}`, {
            ...{ section: section === "" ? null : section, enabled },
            shelfTypeId: shelfTypeId === "" ? null : shelfTypeId,
          });
          await onSaved();
          reportDone("Saved.");
          onClose();
        }}
      />
    </Modal>
  );
}
