import { Switch } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Refusal, Section } from "../../ui/index.ts";
import { type FieldChange, type FieldGroup, isOpen } from "../shared/custom-field-data.ts";
import { EditFields, FieldList } from "../shared/custom-fields.tsx";
import { alikeUnits, eachUnit, type OrderFieldValues, type UnitFieldGroup } from "./field-groups.ts";
import classes from "./order-fields.module.css";
import { orderChanged } from "./queries.ts";
import type { OrderDetail } from "./types.ts";

const refreshMs = 15_000;

/** The custom fields of an order and of its items. Nothing is defined and nothing came: nothing is shown. */
export function OrderFields({ order }: { order: OrderDetail }) {
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["order", order.id, "custom-fields"],
    queryFn: ({ signal }) => api.get<OrderFieldValues>(`/api/v1/orders/${order.id}/custom-fields`, {}, signal),
    refetchInterval: refreshMs,
  });
  if (data === undefined)
    return error === null ? null : (
      <Section title="Custom fields">
        <Refusal error={error} title="The custom fields could not be read" />
      </Section>
    );
  const items = alikeUnits(data.units);
  if (data.order.length === 0 && items.length === 0) return null;
  const writable = [...data.order, ...data.units.flatMap((unit) => unit.fields)].some(isOpen);
  const notNow = !may("orders.edit")
    ? "Your roles do not include changing orders."
    : writable
      ? null
      : "None of these fields is defined and enabled: see Settings > Custom Fields.";
  return (
    <Section
      title="Custom fields"
      line="Sent to partners and couriers as they stand here."
      actions={<ActionButton label="Change" icon={IconPencil} notNow={notNow} onClick={() => setEditing(true)} />}
    >
      {data.order.length > 0 && <FieldList fields={data.order} appliesTo="ORDER" />}
      {items.map((group) => (
        <ItemFields key={group.id} group={group} />
      ))}
      {editing && <Edit order={order} values={data} onClose={() => setEditing(false)} />}
    </Section>
  );
}

function ItemFields({ group }: { group: UnitFieldGroup }) {
  return (
    <div className={classes.item}>
      <div className={classes.title}>
        <Code>{group.sku}</Code>
        <span className={classes.units}>{unitWords(group)}</span>
      </div>
      <FieldList fields={group.fields} appliesTo="ITEM" />
    </div>
  );
}

function unitWords({ units, numbers }: UnitFieldGroup): string {
  const which = units.length === 1 ? `unit ${numbers}` : `${plural(units.length, "unit")}: ${numbers}`;
  return which;
}

function Edit({ order, values, onClose }: { order: OrderDetail; values: OrderFieldValues; onClose: () => void }) {
  const client = useQueryClient();
  const [apart, setApart] = useState(false);
  const together = alikeUnits(values.units);
  const items = apart ? eachUnit(values.units) : together;
  const groups: readonly FieldGroup[] = [
    ...(values.order.some(isOpen) ? [{ id: "order", title: "Order", fields: values.order }] : []),
    ...items
      .filter((group) => group.fields.some(isOpen))
      .map((group) => ({ id: group.id, title: `${group.sku} · ${unitWords(group)}`, fields: group.fields })),
  ];
  const save = async (changes: readonly FieldChange[]) => {
    const sent = changes.flatMap(({ group, name, value }) => {
      const units = items.find((each) => each.id === group)?.units ?? [null];
      return units.map((unitId) => ({ unitId, name, value }));
    });
    await api.put(`/api/v1/orders/${order.id}/custom-fields`, { changes: sent });
    await orderChanged(client, order.id);
  };
  return (
    <EditFields title={`Custom fields of ${order.code}`} groups={groups} save={save} onClose={onClose}>
      {together.some((group) => group.units.length > 1) && (
        <Switch
          className={classes.apart}
          label="Each unit by itself"
          description="Off, a value is written to all units that stand together here."
          checked={apart}
          onChange={(event) => setApart(event.currentTarget.checked)}
        />
      )}
    </EditFields>
  );
}
