import { ActionIcon, Button, Modal, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { ActionButton, Refusal, reportDone } from "../../ui/index.ts";
import classes from "./tax.module.css";
import type { TaxClass } from "./tax-data.ts";
import { emptySlab, readTables, rowId, type Slab, type Table, tablesOf } from "./tax-tables.ts";

/** A class with its dated tables: a change of the law is a new date, and never an edit of an old one. */
export function TaxForm({
  taxClass,
  onClose,
  onSaved,
}: {
  taxClass: TaxClass | null;
  onClose: () => void;
  onSaved: () => unknown;
}) {
  const [code, setCode] = useState(taxClass?.code ?? "");
  const [name, setName] = useState(taxClass?.name ?? "");
  const [slabPrice, setSlabPrice] = useState<string>(taxClass?.slabPrice ?? "EXCLUDING_TAX");
  const [tables, setTables] = useState<readonly Table[]>(() => tablesOf(taxClass?.rates ?? []));
  const [refused, setRefused] = useState<unknown>(null);
  const read = readTables(tables);
  const lacking = code.trim() === "" ? "Give it a code." : name.trim() === "" ? "Give it a name." : null;
  const save = async () => {
    if ("fault" in read) return;
    setRefused(null);
    const body = { code: code.trim().toUpperCase(), name: name.trim(), slabPrice, rates: read.rates };
    try {
      if (taxClass === null) await api.post("/api/v1/tax-classes", body);
      else await api.put(`/api/v1/tax-classes/${taxClass.taxClassId}`, body);
    } catch (error) {
      setRefused(error); // shown in place: what was typed stays
      return;
    }
    reportDone("Saved. Invoices from now on take their rate from it; those made keep theirs.");
    await onSaved();
    onClose();
  };
  const setTable = (at: number, change: Partial<Table>) =>
    setTables(tables.map((table, i) => (i === at ? { ...table, ...change } : table)));
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={<strong>{taxClass === null ? "New tax class" : `Tax class ${taxClass.code}`}</strong>}
    >
      <div className={classes.top}>
        <TextInput
          label="Code"
          withAsterisk
          placeholder="GST_18"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <TextInput label="Name" withAsterisk value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select
          label="Slabs compare the price"
          value={slabPrice}
          data={[
            { value: "EXCLUDING_TAX", label: "without tax" },
            { value: "INCLUDING_TAX", label: "with tax" },
          ]}
          onChange={(value) => setSlabPrice(value ?? "EXCLUDING_TAX")}
        />
      </div>
      {tables.map((table, at) => (
        <TableForm
          key={table.id}
          table={table}
          onChange={(change) => setTable(at, change)}
          onRemove={() => setTables(tables.filter((_, i) => i !== at))}
        />
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={15} />}
        onClick={() => setTables([{ id: rowId(), holdsFrom: "", slabs: [emptySlab()] }, ...tables])}
      >
        Rates from another day
      </Button>
      {refused !== null && <Refusal error={refused} />}
      <div className={classes.foot}>
        <ActionButton
          primary
          size="sm"
          label="Save"
          notNow={lacking ?? ("fault" in read ? read.fault : null)}
          onClick={save}
        />
        <Button variant="default" size="sm" onClick={onClose}>
          Cancel
        </Button>
        <span className={classes.none}>{lacking ?? ("fault" in read ? read.fault : "")}</span>
      </div>
    </Modal>
  );
}

function TableForm({
  table,
  onChange,
  onRemove,
}: {
  table: Table;
  onChange: (change: Partial<Table>) => void;
  onRemove: () => void;
}) {
  const set = (at: number, change: Partial<Slab>) =>
    onChange({ slabs: table.slabs.map((slab, i) => (i === at ? { ...slab, ...change } : slab)) });
  return (
    <fieldset className={classes.table}>
      <legend className={classes.legend}>
        <TextInput
          size="xs"
          type="date"
          aria-label="Holds from"
          value={table.holdsFrom}
          onChange={(event) => onChange({ holdsFrom: event.currentTarget.value })}
        />
        <ActionIcon aria-label={`Remove the rates from ${table.holdsFrom}`} onClick={onRemove}>
          <IconX size={15} />
        </ActionIcon>
      </legend>
      <div className={classes.slabs}>
        <span>Unit price up to</span>
        <span>GST %</span>
        <span>Cess %</span>
        <span>Cess a unit</span>
        <span />
        {table.slabs.map((slab, i) => (
          <SlabRow
            key={slab.id}
            slab={slab}
            last={i === table.slabs.length - 1}
            onChange={(change) => set(i, change)}
            onRemove={
              table.slabs.length === 1
                ? null
                : () => onChange({ slabs: table.slabs.filter((each) => each.id !== slab.id) })
            }
          />
        ))}
      </div>
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange({ slabs: [...table.slabs, emptySlab()] })}
      >
        Slab above
      </Button>
    </fieldset>
  );
}

function SlabRow({
  slab,
  last,
  onChange,
  onRemove,
}: {
  slab: Slab;
  last: boolean;
  onChange: (change: Partial<Slab>) => void;
  onRemove: (() => void) | null;
}) {
  return (
    <>
      <TextInput
        size="xs"
        aria-label="Unit price up to"
        inputMode="decimal"
        leftSection="₹"
        placeholder={last ? "no limit" : "2,500.00"}
        disabled={last}
        value={last ? "" : slab.upTo}
        onChange={(event) => onChange({ upTo: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label="GST %"
        inputMode="decimal"
        placeholder="18"
        value={slab.gst}
        onChange={(event) => onChange({ gst: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label="Cess %"
        inputMode="decimal"
        placeholder="0"
        value={slab.cess}
        onChange={(event) => onChange({ cess: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label="Cess a unit"
        inputMode="decimal"
        leftSection="₹"
        placeholder="0.00"
        value={slab.cessPerUnit}
        onChange={(event) => onChange({ cessPerUnit: event.currentTarget.value })}
      />
      {onRemove === null ? (
        <span />
      ) : (
        <ActionIcon aria-label="Remove slab" onClick={onRemove}>
          <IconX size={14} />
        </ActionIcon>
      )}
    </>
  );
}
