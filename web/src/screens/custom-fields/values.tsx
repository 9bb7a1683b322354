import { TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { withQuery } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { CsvImport, Empty, Page, Refusal, Tabs } from "../../ui/index.ts";
import { type AppliesTo, type CustomField, customFieldsQuery } from "../shared/custom-field-data.ts";
import classes from "./custom-fields.module.css";
import { appliesToWords, kindWords } from "./definition-form.ts";

const tabs = [
  { value: "import", label: "Import" },
  { value: "export", label: "Export" },
];

/** Values of custom fields in a file: written from one, or given as one to be filled in. */
export function Screen() {
  const [params] = useUrlState();
  const { data, error } = useQuery(customFieldsQuery);
  const fields = data?.fields.filter((field) => field.enabled);
  return (
    <Page
      narrow
      title="Custom fields by file"
      back={{ to: "/settings/custom-fields", label: "Custom Fields" }}
      line="For many orders, items or packages at once: export, fill in a spreadsheet, import."
    >
      <Tabs tabs={tabs} param="do" />
      <div style={{ height: 20 }} />
      {error !== null && fields === undefined && <Refusal error={error} title="The custom fields could not be read" />}
      {fields?.length === 0 && (
        <Empty
          title="No custom field is enabled"
          cause="A column of a file is named after a field: define one first."
        />
      )}
      {fields !== undefined && fields.length > 0 && (params.do === "export" ? <Export /> : <Import fields={fields} />)}
    </Page>
  );
}

const ownColumns = [
  { name: "Channel Code", help: "needed only where several channels have an order of that code" },
  { name: "Order Code", help: "the order; with Item Code, one of its items" },
  { name: "Item Code", help: "a unit’s code, or the channel’s id of the line: then all its units" },
  { name: "Package Code", help: "instead, for the fields of a package" },
];

function Import({ fields }: { fields: readonly CustomField[] }) {
  const may = useMay();
  const client = useQueryClient();
  if (!may("orders.edit"))
    return <Empty title="Values cannot be imported" cause="Your roles do not include changing orders." />;
  const names = [...new Map(fields.map((field) => [field.name, field])).values()];
  const help = (name: string) =>
    fields
      .filter((field) => field.name === name)
      .map((field) => `${field.label}, of ${appliesToWords[field.appliesTo].toLowerCase()}: ${kindHelp(field)}`)
      .join("; ");
  const titles = [...ownColumns.map(({ name }) => name), ...names.map(({ name }) => name)];
  return (
    <CsvImport
      endpoint="/api/v1/custom-fields/import"
      columns={[...ownColumns, ...names.map(({ name }) => ({ name, help: help(name) }))]}
      template={{ fileName: "custom-fields.csv", text: `${titles.map(quoted).join(",")}\r\n` }}
      note="A line is about one order, one item or one package; columns you do not need may be left out. An empty cell leaves what is there, a hyphen takes the value away. A line with a fault changes nothing and says why; the same file again changes nothing."
      onFinished={() => {
        void client.invalidateQueries({ queryKey: ["order"] });
        void client.invalidateQueries({ queryKey: ["list", "/api/v1/orders"] });
        void client.invalidateQueries({ queryKey: ["custom-fields"] });
      }}
    />
  );
}

const quoted = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function kindHelp({ kind, choices }: CustomField): string {
  if (kind === "CHOICE") return choices.join(", ");
  return kind === "DATE" ? "2026-11-22" : kind === "YES_NO" ? "yes or no" : kindWords[kind].toLowerCase();
}

const indianMidnight = (day: string): string | null => (day === "" ? null : `${day}T00:00:00+05:30`);

/** The day after, so that the last day is within. */
function nextDay(day: string): string {
  if (day === "") return "";
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

function Export() {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const places: readonly AppliesTo[] = ["ORDER", "ITEM", "PACKAGE"];
  return (
    <div>
      <p>
        A line for each record of orders placed in these days, with or without values, in the form that the import
        takes; at most 1,00,000 lines.
      </p>
      <div className={classes.days}>
        <TextInput
          label="Placed from"
          type="date"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput label="to" type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </div>
      <p className={classes.exports}>
        {places.map((appliesTo) => (
          <a
            key={appliesTo}
            download
            href={withQuery("/api/v1/custom-fields/values.csv", {
              appliesTo,
              placedFrom: indianMidnight(from),
              placedTo: indianMidnight(nextDay(to)),
            })}
          >
            <IconDownload size={15} aria-hidden /> {appliesToWords[appliesTo]}
          </a>
        ))}
      </p>
    </div>
  );
}
