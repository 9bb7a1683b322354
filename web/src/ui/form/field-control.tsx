import { MultiSelect, NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { formatPaise } from "../../lib/format.ts";
import classes from "./declared-form.module.css";
import type { FieldDeclaration, FieldOption, FieldValue } from "./fields.ts";
import { JsonMap } from "./json-map.tsx";
import { Ranked } from "./ranked.tsx";

export interface FieldControlProps {
  readonly field: FieldDeclaration;
  readonly id: string;
  readonly value: FieldValue;
  readonly fault: string | null;
  readonly onChange: (value: FieldValue) => void;
  readonly onLeave: () => void;
}

const text = (value: FieldValue): string => (typeof value === "string" ? value : "");
const sentence = (fault: string): string => fault.charAt(0).toUpperCase() + fault.slice(1);

/** The default, shown beside the help: what holds when nobody touches the field. */
function helpOf(field: FieldDeclaration): string | undefined {
  const given = field.default;
  const shown =
    field.type === "switch" ||
    field.fixed !== undefined ||
    given === undefined ||
    given === null ||
    given === "" ||
    typeof given === "object"
      ? null
      : field.type === "money" && typeof given === "number"
        ? formatPaise(given)
        : (field.options?.find((option) => option.value === given)?.label ?? String(given));
  const kept =
    field.kept === undefined
      ? undefined
      : `${field.kept.charAt(0).toUpperCase()}${field.kept.slice(1)}; it is never shown.`;
  // A list skips what cannot be chosen when it is walked by keys: the reason stands here too.
  const missing = (field.options ?? []).flatMap(({ label, unavailable }) =>
    unavailable === undefined || field.type !== "select" ? [] : [`“${label}” cannot be chosen yet.`],
  );
  const parts = [field.fixed, kept, field.help, ...missing, shown === null ? undefined : `Default: ${shown}.`];
  const joined = parts.filter((part) => part !== undefined).join(" ");
  return joined === "" ? undefined : joined;
}

/** One field of a declared form. */
export function FieldControl({ field, id, value, fault, onChange, onLeave }: FieldControlProps) {
  const description = helpOf(field);
  const common = {
    id,
    label: field.label,
    error: fault === null ? null : sentence(fault),
    withAsterisk: field.required === true && field.kept === undefined,
    disabled: field.fixed !== undefined,
    onBlur: onLeave,
    inputWrapperOrder: ["label", "input", "error", "description"] satisfies (
      | "label"
      | "input"
      | "error"
      | "description"
    )[],
    ...(description === undefined ? {} : { description }),
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
  };
  const options = (field.options ?? []).map(({ value: key, label, unavailable }) => ({
    ...{ value: key, label },
    ...(unavailable === undefined ? {} : { disabled: true }),
  }));
  switch (field.type) {
    case "text":
      return (
        <TextInput
          {...common}
          value={text(value)}
          autoComplete={field.autoComplete ?? "off"}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "password":
      return (
        <PasswordInput
          {...common}
          {...(field.kept === undefined ? {} : { placeholder: "Type only to replace it" })}
          value={text(value)}
          autoComplete={field.autoComplete ?? "new-password"}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "textarea":
      return (
        <Textarea
          {...common}
          value={text(value)}
          autosize
          minRows={2}
          maxRows={10}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "money":
      return (
        <TextInput
          {...common}
          value={text(value)}
          inputMode="decimal"
          leftSection="₹"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "day":
      return (
        <TextInput
          {...common}
          type="date"
          value={text(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={typeof value === "number" ? value : ""}
          thousandSeparator=","
          thousandsGroupStyle="lakh"
          allowDecimal={false}
          hideControls
          clampBehavior="none"
          {...(field.unit === undefined ? {} : { suffix: ` ${field.unit}` })}
          onChange={(next) => onChange(typeof next === "number" ? next : null)}
        />
      );
    case "select":
      return (
        <Select
          {...common}
          data={options}
          value={typeof value === "string" ? value : null}
          searchable={options.length > 8}
          clearable={field.required !== true && field.default === undefined}
          allowDeselect={field.required !== true && field.default === undefined}
          classNames={{ option: classes.option }}
          renderOption={({ option }) => <Option option={field.options?.find((o) => o.value === option.value)} />}
          onChange={onChange}
        />
      );
    case "multiselect":
      return (
        <MultiSelect
          {...common}
          data={options}
          value={Array.isArray(value) ? value.filter((each) => typeof each === "string") : []}
          searchable
          clearable
          onChange={onChange}
        />
      );
    case "switch":
      return (
        <div className={classes.switch}>
          <Switch
            id={id}
            label={field.label}
            checked={value === true}
            disabled={field.fixed !== undefined}
            onChange={(event) => onChange(event.currentTarget.checked)}
            {...(description === undefined ? {} : { description })}
          />
          {field.consequence !== undefined && (
            <p className={classes.consequence}>{value === true ? field.consequence.on : field.consequence.off}</p>
          )}
        </div>
      );
    case "json-map":
      return (
        <JsonMap
          field={field}
          id={id}
          value={text(value)}
          fault={fault}
          {...(description === undefined ? {} : { description })}
          onChange={onChange}
          onLeave={onLeave}
        />
      );
    case "ranked":
      return (
        <Ranked
          field={field}
          id={id}
          value={Array.isArray(value) ? value : []}
          fault={fault}
          {...(description === undefined ? {} : { description })}
          onChange={onChange}
        />
      );
  }
}

/** An option of a list; one that cannot be chosen says why. */
function Option({ option }: { option: FieldOption | undefined }) {
  return (
    <span>
      {option?.label}
      {option?.unavailable !== undefined && <span className={classes.unavailable}>{option.unavailable}</span>}
    </span>
  );
}
