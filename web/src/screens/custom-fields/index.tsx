import { Modal } from "@mantine/core";
import { IconFileSpreadsheet, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  DeclaredForm,
  Empty,
  Page,
  Refusal,
  reportDone,
  Section,
  StateChip,
  type StateTable,
} from "../../ui/index.ts";
import {
  type AppliesTo,
  type CustomField,
  type CustomFields,
  customFieldsQuery,
  valueWords,
} from "../shared/custom-field-data.ts";
import classes from "./custom-fields.module.css";
import {
  appliesToWords,
  definitionBody,
  definitionFields,
  definitionValues,
  kindWords,
  newDefinition,
} from "./definition-form.ts";

const places: readonly AppliesTo[] = ["ORDER", "ITEM", "PACKAGE"];
const fieldStates: StateTable = {
  ENABLED: { word: "Enabled", tone: "done" },
  DISABLED: { word: "Disabled", tone: "waiting" },
};
type Editing = { readonly field: CustomField | null; readonly start: Readonly<Record<string, string>> };

/** What a seller wants to know of orders, items and packages besides, and what partners are told of it. */
export function Screen() {
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error } = useQuery(customFieldsQuery);
  const notMine = may("customfields.manage") ? null : "Your roles do not include defining custom fields.";
  const [editing, setEditing] = useEditing(notMine === null);
  const [deleting, setDeleting] = useState<CustomField | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: ["custom-fields"] });
  const create = (
    <ActionButton
      primary
      label="New field"
      icon={IconPlus}
      notNow={notMine}
      onClick={() => setEditing({ field: null, start: {} })}
    />
  );
  return (
    <Page
      title="Custom Fields"
      line="What else you want to know of orders, items and packages. Filled with the order, by file or by hand; sent to partners by name."
      actions={
        <>
          <ActionButton
            label="Values by file"
            icon={IconFileSpreadsheet}
            onClick={() => navigate({ to: "/settings/custom-fields/values" })}
          />
          {create}
        </>
      }
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data === undefined && error === null && <p role="status">Reading the custom fields…</p>}
      {data?.fields.length === 0 && data.undefinedNames.length === 0 && (
        <Empty
          title="No custom field"
          cause="A gift note, a delivery slot, a pallet number: define it here, and it can be filled and is sent."
          action={create}
        />
      )}
      {data !== undefined && <Strange data={data} notMine={notMine} onDefine={setEditing} />}
      {places.map((place) => {
        const fields = data?.fields.filter((field) => field.appliesTo === place) ?? [];
        return fields.length === 0 ? null : (
          <Section key={place} title={appliesToWords[place]}>
            <Fields
              fields={fields}
              notMine={notMine}
              onEdit={(field) => setEditing({ field, start: {} })}
              onDelete={setDeleting}
            />
          </Section>
        );
      })}
      {editing !== null && (
        <FieldForm
          key={editing.field?.customFieldId ?? "new"}
          editing={editing}
          onClose={() => setEditing(null)}
          onSaved={changed}
        />
      )}
      <ConfirmAction
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={`Delete ${deleting?.label ?? ""}`}
        willHappen="Takes the definition away. It holds no values."
        verb="Delete"
        danger
        onConfirm={async () => {
          await api.del(`/api/v1/custom-fields/${deleting?.customFieldId ?? ""}`);
          await changed();
          reportDone("Deleted.");
        }}
      />
    </Page>
  );
}

/** The form that is open; a link from an order opens it with a name that came and is not defined. */
function useEditing(mine: boolean): [Editing | null, (next: Editing | null) => void] {
  const [params, change] = useUrlState();
  const { define, of } = params;
  const asked = mine && define !== undefined ? { name: define, label: define, appliesTo: of ?? "ORDER" } : null;
  const [editing, setEditing] = useState<Editing | null>(null);
  const set = (next: Editing | null) => {
    if (define !== undefined) change({ define: null, of: null });
    setEditing(next);
  };
  return [editing ?? (asked === null ? null : { field: null, start: asked }), set];
}

/** Names that came with orders: kept, not sent. */
function Strange({
  data,
  notMine,
  onDefine,
}: {
  data: CustomFields;
  notMine: string | null;
  onDefine: (editing: Editing) => void;
}) {
  if (data.undefinedNames.length === 0) return null;
  return (
    <Section
      title="Came with orders, not defined"
      line="These values are kept and shown on their orders, and not sent. Once defined, those that are there count too."
    >
      <ul className={classes.strange}>
        {data.undefinedNames.map(({ appliesTo, name, example }) => (
          <li key={`${appliesTo} ${name}`}>
            <Code>{name}</Code>
            <span className={classes.where}>{appliesToWords[appliesTo]}</span>
            <span className={classes.example} title={example}>
              such as “{example}”
            </span>
            <ActionButton
              label="Define"
              icon={IconPlus}
              notNow={notMine}
              onClick={() => onDefine({ field: null, start: { name, label: name, appliesTo } })}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Fields({
  fields,
  notMine,
  onEdit,
  onDelete,
}: {
  fields: readonly CustomField[];
  notMine: string | null;
  onEdit: (field: CustomField) => void;
  onDelete: (field: CustomField) => void;
}) {
  return (
    <ul className={classes.fields}>
      {fields.map((field) => (
        <li key={field.customFieldId} data-off={!field.enabled || undefined}>
          <div className={classes.names}>
            <strong>{field.label}</strong>
            <Code>{field.name}</Code>
          </div>
          <div className={classes.facts}>
            <span>{kindWords[field.kind]}</span>
            {field.kind === "CHOICE" && <span className={classes.choices}>{field.choices.join(", ")}</span>}
            {field.required && <span>required</span>}
            {field.defaultValue !== null && <span>default {valueWords(field.kind, field.defaultValue)}</span>}
            {field.onLists && <span>on lists</span>}
          </div>
          <StateChip state={field.enabled ? "ENABLED" : "DISABLED"} table={fieldStates} />
          <div className={classes.buttons}>
            <ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={() => onEdit(field)} />
            <ActionButton
              label="Delete"
              icon={IconTrash}
              notNow={notMine ?? (field.inUse ? "It holds values. Disable it instead." : null)}
              onClick={() => onDelete(field)}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}

function FieldForm({
  editing: { field, start },
  onClose,
  onSaved,
}: {
  editing: Editing;
  onClose: () => void;
  onSaved: () => unknown;
}) {
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<strong>{field === null ? "New custom field" : `Custom field ${field.label}`}</strong>}
    >
      <DeclaredForm
        fields={definitionFields(field)}
        initial={field === null ? { ...newDefinition, ...start } : definitionValues(field)}
        submitLabel={field === null ? "Define" : "Save"}
        onCancel={onClose}
        onSubmit={async (values) => {
          const body = definitionBody(values);
          if (field === null) await api.post("/api/v1/custom-fields", body);
          else await api.put(`/api/v1/custom-fields/${field.customFieldId}`, body);
          await onSaved();
          reportDone(field === null ? "Defined. It can be filled on orders and by file." : "Saved.");
          onClose();
        }}
      />
    </Modal>
  );
}
