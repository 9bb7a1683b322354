import { ActionIcon, Button, Input, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./declared-form.module.css";
import { type FieldDeclaration, type FieldValue, readJsonMap } from "./fields.ts";

interface JsonMapProps {
  readonly field: FieldDeclaration;
  readonly id: string;
  readonly value: FieldValue;
  readonly fault: string | null;
  readonly description?: string;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
}

type Row = readonly [key: string, value: string];

const rowsOf = (value: FieldValue): readonly Row[] => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([key, target]): Row => [key, String(target)]);
};

/** A map of codes, edited as a table; the JSON that a channel's page asks for is behind a tab. */
export function JsonMap({ field, id, value, fault, description, onChange }: JsonMapProps) {
  const [tab, setTab] = useState("table");
  const [json, setJson] = useState("");
  const [jsonFault, setJsonFault] = useState<string | null>(null);
  // Rows are kept apart from the value: an object cannot hold the two empty keys of rows being typed.
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(value));
  const [left, right] = field.mapTitles ?? ["Their code", "Our code"];
  const apply = (next: readonly Row[]) => {
    setRows(next);
    onChange(Object.fromEntries(next));
  };
  const switchTo = (to: string) => {
    if (to === "json") setJson(JSON.stringify(Object.fromEntries(rows), null, 2));
    setTab(to);
  };
  const set = (at: number, row: Row) => apply(rows.map((each, i) => (i === at ? row : each)));
  const repeated = rows.find(([key], i) => rows.findIndex(([other]) => other === key) !== i);
  const shownFault =
    jsonFault ??
    (repeated === undefined
      ? fault
      : `has ${repeated[0] === "" ? "two rows without their first part" : `${repeated[0]} twice`}`);
  return (
    <Input.Wrapper
      id={id}
      label={field.label}
      labelElement="div"
      withAsterisk={field.required === true}
      error={shownFault === null ? null : shownFault.charAt(0).toUpperCase() + shownFault.slice(1)}
      inputWrapperOrder={["label", "input", "error", "description"]}
      {...(description === undefined ? {} : { description })}
    >
      <div className={classes.map} id={id} tabIndex={-1}>
        <SegmentedControl
          size="xs"
          value={tab}
          onChange={switchTo}
          data={[
            { value: "table", label: "Table" },
            { value: "json", label: "JSON" },
          ]}
        />
        {tab === "json" ? (
          <Textarea
            aria-label={`${field.label} as JSON`}
            autosize
            minRows={4}
            maxRows={16}
            value={json}
            styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
            onChange={(event) => {
              setJson(event.currentTarget.value);
              const read = readJsonMap(event.currentTarget.value);
              setJsonFault("fault" in read ? read.fault : null);
              if ("map" in read) apply(Object.entries(read.map));
            }}
          />
        ) : (
          <>
            {rows.length > 0 && (
              <div className={classes.mapHead}>
                <span>{left}</span>
                <span>{right}</span>
              </div>
            )}
            {rows.map(([key, target], i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row's key is what is being typed
              <div key={i} className={classes.mapRow}>
                <TextInput
                  aria-label={`${left}, row ${i + 1}`}
                  value={key}
                  onChange={(event) => set(i, [event.currentTarget.value, target])}
                />
                <TextInput
                  aria-label={`${right}, row ${i + 1}`}
                  value={target}
                  onChange={(event) => set(i, [key, event.currentTarget.value])}
                />
                <ActionIcon aria-label={`Remove row ${i + 1}`} onClick={() => apply(rows.filter((_, at) => at !== i))}>
                  <IconX size={15} />
                </ActionIcon>
              </div>
            ))}
            <div>
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconPlus size={14} />}
                onClick={() => setRows([...rows, ["", ""]])}
              >
                Add row
              </Button>
            </div>
          </>
        )}
      </div>
    </Input.Wrapper>
  );
}
