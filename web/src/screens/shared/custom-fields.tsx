import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatInstant } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { type Column, DeclaredForm, reportDone, StateChip, type StateTable } from "../../ui/index.ts";
import {
  type AppliesTo,
  changesOf,
  controlName,
  customFieldsQuery,
  declarationOf,
  type FieldChange,
  type FieldGroup,
  isOpen,
  type ListedField,
  type ShownField,
  startOf,
  valueWords,
} from "./custom-field-data.ts";
import classes from "./custom-fields.module.css";

const states: StateTable = {
  MISSING: { word: "Missing", tone: "attention" },
  UNFIT: { word: "Does not fit", tone: "attention" },
  UNDEFINED: { word: "Not defined", tone: "waiting" },
  DISABLED: { word: "Disabled", tone: "waiting" },
};
const howWords = { CHANNEL: "from the channel", FORM: "entered", CSV: "from a file", SCREEN: "written" } as const;

/** The custom fields of one record, as partners get them; what is not sent says so. */
export function FieldList({ fields, appliesTo }: { fields: readonly ShownField[]; appliesTo: AppliesTo }) {
  return (
    <dl className={classes.list}>
      {fields.map((field) => (
        <div key={field.name} className={classes.field}>
          <dt title={field.name}>{field.label}</dt>
          <dd>
            <Value field={field} />
            {field.state in states && <StateChip state={field.state} table={states} />}
            {field.state === "UNDEFINED" && <DefineLink appliesTo={appliesTo} name={field.name} />}
            {field.state === "UNFIT" && <span className={classes.note}>It {field.why}; not sent to partners.</span>}
            {field.state === "DEFAULT" && <span className={classes.note}>default</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ field: { kind, value, how, by, at } }: { field: ShownField }) {
  if (value === null) return <span className={classes.none}>–</span>;
  const origin = how === null ? null : `${howWords[how]} by ${by ?? "?"}${at === null ? "" : `, ${formatInstant(at)}`}`;
  return (
    <span className={classes.value} {...(origin === null ? {} : { "data-tip": sentence(origin) })}>
      {valueWords(kind, value)}
    </span>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** To Settings, with the name filled in: what came under it is kept and sent from then on. */
export function DefineLink({ appliesTo, name }: { appliesTo: AppliesTo; name: string }) {
  const may = useMay();
  if (!may("customfields.manage")) return <span className={classes.note}>not sent to partners</span>;
  return (
    <Link to="/settings/custom-fields" search={{ define: name, of: appliesTo }} className={classes.define}>
      Define it
    </Link>
  );
}

export interface EditFieldsProps {
  readonly title: string;
  readonly groups: readonly FieldGroup[];
  /** Throws what the server refuses. */
  readonly save: (changes: readonly FieldChange[]) => Promise<unknown>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** All fields of a record, and of its parts, in one form: saved together or not at all. */
export function EditFields({ title, groups, save, onClose, children }: EditFieldsProps) {
  const open = groups.map((group) => ({ ...group, fields: group.fields.filter(isOpen) }));
  const many = open.length > 1;
  const named = open.flatMap((group, g) =>
    group.fields.map((field, f) => ({ field, name: controlName(g, f), section: group.id })),
  );
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>{title}</strong>}>
      {children}
      <DeclaredForm
        // Grouped otherwise it is another form.
        key={open.map((group) => group.id).join()}
        fields={named.map(({ field, name, section }) => declarationOf(field, name, many ? section : undefined))}
        {...(many ? { sections: open.map(({ id, title: words }) => ({ id, title: words })) } : {})}
        initial={Object.fromEntries(named.map(({ field, name }) => [name, startOf(field)]))}
        submitLabel="Save"
        onCancel={onClose}
        onSubmit={async (values) => {
          const changes = changesOf(open, values);
          if (changes.length > 0) await save(changes);
          reportDone(changes.length === 0 ? "Nothing was changed." : "Saved. Partners get it with the next message.");
          onClose();
        }}
      />
    </Modal>
  );
}

/** The list with columns for the fields that Settings shows on lists, before this one: at the end they would be out of sight. */
export function useFieldColumns<Row extends { readonly customFields?: readonly ListedField[] }>(
  appliesTo: AppliesTo,
  columns: readonly Column<Row>[],
  before: string,
): readonly Column<Row>[] {
  const { data } = useQuery(customFieldsQuery);
  const listed = data?.fields.filter((field) => field.appliesTo === appliesTo && field.onLists && field.enabled) ?? [];
  const own = listed.map(
    ({ name, label, kind }): Column<Row> => ({
      id: `field:${name}`,
      header: label,
      width: 130,
      tells: (rows) =>
        rows.some((row) => row.customFields?.some((field) => field.name === name && field.value !== null)),
      cell: (row) => {
        const found = row.customFields?.find((field) => field.name === name);
        return found === undefined ? "–" : valueWords(kind, found.value);
      },
    }),
  );
  const at = columns.findIndex((column) => column.id === before);
  return own.length === 0 ? columns : [...columns.slice(0, at), ...own, ...columns.slice(at)];
}
