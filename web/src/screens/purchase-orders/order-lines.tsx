import { ActionIcon, Autocomplete, Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { Money } from "../../ui/index.ts";
import type { VendorItem } from "../vendors/vendor-data.ts";
import { amountOf, emptyLine, lineFault, type TypedLine } from "./order-data.ts";
import classes from "./purchase-orders.module.css";

interface Sku {
  readonly code: string;
  readonly name: string;
  readonly taxClass: string | null;
  readonly isBundle: boolean;
}
const linesMax = 500;

/** What is ordered: product by code or name, quantity, price of one piece without tax, tax class. */
export function OrderLines({
  lines,
  onChange,
  checked,
  vendorId,
  taxed,
}: {
  lines: readonly TypedLine[];
  onChange: (lines: readonly TypedLine[]) => void;
  /** Faults are shown once the form was tried. */
  checked: boolean;
  vendorId: string | null;
  /** The vendor charges GST. */
  taxed: boolean;
}) {
  const titleId = useId();
  const { data } = useQuery({
    queryKey: ["tax-classes"],
    queryFn: ({ signal }) =>
      api.get<{ taxClasses: readonly { code: string; name: string }[] }>("/api/v1/tax-classes", {}, signal),
    staleTime: 60_000,
  });
  return (
    <fieldset className={classes.lines} aria-labelledby={titleId}>
      <legend id={titleId} className={classes.title}>
        Lines
      </legend>
      <p className={classes.note}>
        {taxed
          ? "Prices are of one piece, without tax; GST is added by the class, split by the states of vendor and facility."
          : "Prices are of one piece. The vendor is not registered: no GST is added."}
      </p>
      {lines.map((line, i) => (
        <LineRow
          key={line.key}
          line={line}
          no={i + 1}
          earlier={lines.slice(0, i)}
          checked={checked}
          vendorId={vendorId}
          taxClasses={taxed ? (data?.taxClasses ?? []) : null}
          onChange={(next) => onChange(lines.map((each) => (each.key === line.key ? next : each)))}
          {...(lines.length > 1 ? { onRemove: () => onChange(lines.filter((each) => each.key !== line.key)) } : {})}
        />
      ))}
      <div className={classes.foot}>
        {lines.length < linesMax && (
          <Button
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() => onChange([...lines, emptyLine()])}
          >
            Another line
          </Button>
        )}
        <span className={classes.total}>
          Before tax <Money paise={amountOf(lines)} strong />
        </span>
      </div>
    </fieldset>
  );
}

function LineRow({
  line,
  no,
  earlier,
  checked,
  vendorId,
  taxClasses,
  onChange,
  onRemove,
}: {
  line: TypedLine;
  no: number;
  earlier: readonly TypedLine[];
  checked: boolean;
  vendorId: string | null;
  taxClasses: readonly { code: string; name: string }[] | null;
  onChange: (line: TypedLine) => void;
  onRemove?: () => void;
}) {
  const [asked] = useDebouncedValue(line.sku.trim(), 200);
  const skus = useQuery({
    queryKey: ["skus", "suggest", asked],
    queryFn: ({ signal }) => api.get<ListPage<Sku>>("/api/v1/skus", { search: asked, limit: 8 }, signal),
    enabled: asked.length >= 2,
    staleTime: 60_000,
  });
  const offers = useQuery({
    queryKey: ["vendor-items", vendorId, asked],
    queryFn: ({ signal }) =>
      api.get<ListPage<VendorItem>>("/api/v1/vendor-items", { vendorId, search: asked, limit: 8 }, signal),
    enabled: vendorId !== null && asked.length >= 2,
    staleTime: 60_000,
  });
  const found = (skus.data?.rows ?? []).filter((sku) => !sku.isBundle);
  const known = found.find((sku) => sku.code === line.sku.trim());
  const offer = offers.data?.rows.find((each) => each.sku === line.sku.trim());
  const fault = (field: Parameters<typeof lineFault>[1]) => (checked ? lineFault(line, field, earlier) : null);
  const label = (text: string) => (no === 1 ? { label: text } : { "aria-label": `${text} of line ${no}` });
  const offered = offer?.unitPricePaise ?? null;
  // The vendor's price comes after the product was typed. It fills an empty field once; what was typed stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another offer fills the field again, not every change of the line.
  useEffect(() => {
    if (offered !== null && line.price === "") onChange({ ...line, price: (offered / 100).toFixed(2) });
  }, [offered]);
  const least = offer?.minimumQuantity ?? null;
  const words = [
    known?.name,
    offer?.vendorSku === null || offer === undefined ? undefined : `its code ${offer.vendorSku}`,
    least !== null && Number(line.quantity) < least ? `delivers ${least} or more` : undefined,
  ].filter((part) => part !== undefined);
  return (
    <div className={classes.row}>
      <Autocomplete
        {...label("Product")}
        size="sm"
        className={classes.sku}
        placeholder="SKU code or name"
        data={found.map((sku) => sku.code)}
        filter={({ options }) => options}
        renderOption={({ option }) => (
          <span className={classes.option}>
            <code>{option.value}</code> {found.find((each) => each.code === option.value)?.name}
          </span>
        )}
        value={line.sku}
        error={fault("sku")}
        {...(words.length === 0 ? {} : { description: words.join(" · ") })}
        inputWrapperOrder={["label", "input", "error", "description"]}
        onChange={(sku) => onChange({ ...line, sku })}
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
      {taxClasses !== null && (
        <Select
          {...label("Tax class")}
          className={classes.tax}
          placeholder={known?.taxClass ?? "as the product"}
          clearable
          data={taxClasses.map(({ code }) => code)}
          value={line.taxClass}
          onChange={(taxClass) => onChange({ ...line, taxClass })}
        />
      )}
      <ActionIcon
        size={34}
        className={classes.remove}
        aria-label={`Remove line ${no}`}
        disabled={onRemove === undefined}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}
