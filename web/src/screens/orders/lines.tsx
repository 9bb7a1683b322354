import { ActionIcon, Autocomplete, Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useId } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { formatPaise } from "../../lib/format.ts";
import { Money } from "../../ui/index.ts";
import type { CustomField } from "../shared/custom-field-data.ts";
import classes from "./lines.module.css";
import { lineFault, type NewLine, newLine, totalOf } from "./new-order.ts";

interface Sku {
  readonly code: string;
  readonly name: string;
  readonly mrpPaise: number | null;
}
const linesMax = 200;

/** The items of an order: product by code or name, quantity, price and discount of one piece. */
export function Lines({
  lines,
  onChange,
  checked,
  own,
}: {
  lines: readonly NewLine[];
  onChange: (lines: readonly NewLine[]) => void;
  /** Faults are shown once the form was tried. */
  checked: boolean;
  /** Custom fields of items. */
  own: readonly CustomField[];
}) {
  const total = totalOf(lines);
  const titleId = useId();
  return (
    <fieldset className={classes.lines} aria-labelledby={titleId}>
      <legend id={titleId} className={classes.title}>
        Items
      </legend>
      <p className={classes.note}>Prices are of one piece, tax included.</p>
      {lines.map((line, i) => {
        const change = (next: NewLine) => onChange(lines.map((each) => (each.key === line.key ? next : each)));
        return (
          <Fragment key={line.key}>
            <LineRow
              line={line}
              no={i + 1}
              checked={checked}
              onChange={change}
              {...(lines.length > 1 ? { onRemove: () => onChange(lines.filter((each) => each.key !== line.key)) } : {})}
            />
            <LineFields line={line} no={i + 1} own={own} onChange={change} />
          </Fragment>
        );
      })}
      <div className={classes.foot}>
        {lines.length < linesMax && (
          <Button
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() => onChange([...lines, newLine()])}
          >
            Another item
          </Button>
        )}
        <span className={classes.total}>
          Items together <Money paise={total} strong />
        </span>
      </div>
    </fieldset>
  );
}

/** The custom fields of an item, below its line. The server checks them and says what is wrong. */
function LineFields({
  line,
  no,
  own,
  onChange,
}: {
  line: NewLine;
  no: number;
  own: readonly CustomField[];
  onChange: (line: NewLine) => void;
}) {
  if (own.length === 0) return null;
  return (
    <div className={classes.own}>
      {own.map((field) => {
        const common = {
          label: no === 1 ? field.label : `${field.label}, item ${no}`,
          size: "xs",
          withAsterisk: field.required && field.defaultValue === null,
          value: line.fields[field.name] ?? "",
          onChange: (event: { currentTarget: { value: string } }) =>
            onChange({ ...line, fields: { ...line.fields, [field.name]: event.currentTarget.value } }),
        };
        const choices = field.kind === "YES_NO" ? ["yes", "no"] : field.choices;
        return choices.length > 0 ? (
          <NativeSelect key={field.name} {...common} data={["", ...choices]} />
        ) : (
          <TextInput key={field.name} {...common} type={field.kind === "DATE" ? "date" : "text"} />
        );
      })}
    </div>
  );
}

function LineRow({
  line,
  no,
  checked,
  onChange,
  onRemove,
}: {
  line: NewLine;
  no: number;
  checked: boolean;
  onChange: (line: NewLine) => void;
  onRemove?: () => void;
}) {
  const [asked] = useDebouncedValue(line.sku.trim(), 200);
  const { data } = useQuery({
    queryKey: ["skus", "suggest", asked],
    queryFn: ({ signal }) => api.get<ListPage<Sku>>("/api/v1/skus", { search: asked, limit: 8 }, signal),
    enabled: asked.length >= 2,
    staleTime: 60_000,
  });
  const found = data?.rows ?? [];
  const known = found.find((sku) => sku.code === line.sku.trim());
  const fault = (field: Parameters<typeof lineFault>[1]) => (checked ? lineFault(line, field) : null);
  const label = (text: string) => (no === 1 ? { label: text } : { "aria-label": `${text} of item ${no}` });
  const name = (sku: string) => {
    const mrp = found.find((each) => each.code === sku)?.mrpPaise;
    // What was typed stays; an empty price starts at the MRP.
    const price = line.price === "" && typeof mrp === "number" ? formatPaise(mrp).replace("₹", "") : line.price;
    onChange({ ...line, sku, price });
  };
  return (
    <div className={classes.row}>
      <Autocomplete
        {...label("Product")}
        size="sm"
        className={classes.sku}
        placeholder="SKU code or name"
        data={found.map((sku) => sku.code)}
        filter={({ options }) => options}
        renderOption={({ option }) => {
          const sku = found.find((each) => each.code === option.value);
          return (
            <span className={classes.option}>
              <code>{option.value}</code> {sku?.name}
            </span>
          );
        }}
        value={line.sku}
        error={fault("sku")}
        {...(known === undefined ? {} : { description: known.name })}
        inputWrapperOrder={["label", "input", "error", "description"]}
        onChange={name}
      />
      <NumberInput
        {...label("Quantity")}
        className={classes.quantity}
        min={1}
        allowDecimal={false}
        clampBehavior="none"
        value={line.quantity}
        error={fault("quantity")}
        onChange={(quantity) => onChange({ ...line, quantity })}
      />
      <TextInput
        {...label("Price")}
        className={classes.money}
        leftSection="₹"
        inputMode="decimal"
        value={line.price}
        error={fault("price")}
        onChange={(event) => onChange({ ...line, price: event.currentTarget.value })}
      />
      <TextInput
        {...label("Discount")}
        className={classes.money}
        leftSection="₹"
        inputMode="decimal"
        value={line.discount}
        error={fault("discount")}
        onChange={(event) => onChange({ ...line, discount: event.currentTarget.value })}
      />
      <ActionIcon
        size={34}
        className={classes.remove}
        aria-label={`Remove item ${no}`}
        disabled={onRemove === undefined}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}
