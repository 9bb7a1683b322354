import { ActionIcon, Button, Input, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./declared-form.module.css";
import type { FieldDeclaration, FieldOption } from "./fields.ts";
import { type MapRow, readMap, repeatedKeys, writeMap } from "./map-text.ts";

interface JsonMapProps {
  readonly field: FieldDeclaration;
  readonly id: string;
  readonly value: string;
  readonly fault: string | null;
  readonly description?: string;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}

const sentence = (fault: string): string => fault.charAt(0).toUpperCase() + fault.slice(1);

/** A map of codes, edited as a table; the JSON that a channel's page asks for is behind it and always says the same. */
export function JsonMap({ field, id, value, fault, description, onChange, onLeave }: JsonMapProps) {
  const [tab, setTab] = useState("table");
  const read = readMap(value);
  const rows = "rows" in read ? read.rows : [];
  const unreadable = "fault" in read ? read.fault : null;
  const [twice] = repeatedKeys(rows);
  // What cannot be read, and a key that stands twice, are said while they are typed; the rest when the field is left.
  const shown = unreadable ?? (twice === undefined ? fault : `names ${twice} twice`);
  // Text that cannot be read has no rows: it is put right where it was typed.
  const asJson = tab === "json" || unreadable !== null;
  return (
    <Input.Wrapper
      label={field.label}
      labelElement="div"
      withAsterisk={field.required === true}
      error={shown === null ? null : sentence(shown)}
      errorProps={{ id: `${id}-fault`, role: "alert" }}
      inputWrapperOrder={["label", "input", "error", "description"]}
      {...(description === undefined ? {} : { description })}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be drawn inside the form's own and lose its label */}
      <div
        className={classes.map}
        id={id}
        role="group"
        aria-label={field.label}
        aria-describedby={shown === null ? undefined : `${id}-fault`}
        tabIndex={-1}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) onLeave();
        }}
      >
        <SegmentedControl
          size="xs"
          value={asJson ? "json" : "table"}
          onChange={setTab}
          aria-label={`${field.label}: table or JSON`}
          data={[
            { value: "table", label: "Table", disabled: unreadable !== null },
            { value: "json", label: "JSON" },
          ]}
        />
        {asJson ? (
          <Textarea
            aria-label={`${field.label} as JSON`}
            autosize
            minRows={4}
            maxRows={16}
            spellCheck={false}
            placeholder='{"their code": "our code"}'
            error={unreadable !== null}
            value={value}
            styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        ) : (
          <Rows field={field} rows={rows} twice={twice} onChange={(next) => onChange(writeMap(next))} />
        )}
      </div>
    </Input.Wrapper>
  );
}

const blank: MapRow = ["", ""];

interface RowsProps {
  readonly field: FieldDeclaration;
  readonly rows: readonly MapRow[];
  readonly twice: string | undefined;
  readonly onChange: (rows: readonly MapRow[]) => void;
}

function Rows({ field, rows, twice, onChange }: RowsProps) {
  const [left, right] = field.map?.titles ?? ["Their code", "Our code"];
  const shown = rows.length === 0 ? [blank] : rows;
  const set = (at: number, row: MapRow) => onChange(shown.map((each, i) => (i === at ? row : each)));
  return (
    <>
      <div className={classes.mapHead} aria-hidden>
        <span>{left}</span>
        <span>{right}</span>
      </div>
      {shown.map(([key, target], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row's key is what is being typed
        <div key={i} className={classes.mapRow}>
          <TextInput
            aria-label={`${left}, row ${i + 1}`}
            value={key}
            error={key.trim() !== "" && key.trim() === twice}
            onChange={(event) => set(i, [event.currentTarget.value, target])}
          />
          <MapTarget
            label={`${right}, row ${i + 1}`}
            options={field.options}
            value={target}
            onChange={(next) => set(i, [key, next])}
          />
          <ActionIcon
            aria-label={`Remove row ${i + 1}`}
            disabled={rows.length === 0}
            onClick={() => onChange(rows.filter((_, at) => at !== i))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...shown, blank])}
        >
          Add row
        </Button>
      </div>
    </>
  );
}

interface MapTargetProps {
  readonly label: string;
  readonly options: readonly FieldOption[] | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of the options where there are any; a value that is none of them stays in sight. */
function MapTarget({ label, options, value, onChange }: MapTargetProps) {
  if (options === undefined)
    return <TextInput aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  const known = options.some((option) => option.value === value);
  const data = options.map(({ value: key, label: words }) => ({ value: key, label: words }));
  return (
    <Select
      aria-label={label}
      placeholder="Choose"
      data={known || value === "" ? data : [...data, { value, label: `${value}: not here` }]}
      value={value === "" ? null : value}
      error={value !== "" && !known}
      allowDeselect={false}
      searchable={options.length > 8}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
