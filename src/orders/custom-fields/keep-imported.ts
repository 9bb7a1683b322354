import type { ImportedCustomField, ImportedSaleOrder } from "../../../connectors/kit/index.ts";
import { newId, type SaleOrderId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { writeEvents } from "../events.store.ts";
import type { RawOrder } from "../judged.ts";
import { followValues, type ImportedValue, writeImported } from "./store.ts";

/** What the database takes of a name and a value; both are wider than what people may define and type. */
const NAME_CHARS_MAX = 100;
const TEXT_CHARS_MAX = 2_000;
/** Fields of one order or line: what a sender puts there beyond is a dump of its own records. */
const FIELDS_MAX = 50;

export interface ImportedOrder {
  readonly saleOrderId: SaleOrderId;
  readonly via: RawOrder["via"];
  readonly imported: ImportedSaleOrder;
}

/** What of an order's fields can be kept, and the names of what cannot. Pure. */
export function keepable(fields: readonly ImportedCustomField[]): {
  readonly kept: readonly ImportedCustomField[];
  readonly leftOut: readonly string[];
} {
  const fits = ({ name, value }: ImportedCustomField) =>
    name.length <= NAME_CHARS_MAX && value.length > 0 && value.length <= TEXT_CHARS_MAX;
  const kept = fields.filter(fits).slice(0, FIELDS_MAX);
  const leftOut = fields.filter((field) => !kept.includes(field)).map(({ name }) => name.slice(0, NAME_CHARS_MAX));
  return { kept, leftOut };
}

const HOW = { PUSH: "CHANNEL", PULL: "CHANNEL", FORM: "FORM", CSV: "CSV" } as const;

/**
 * Keeps the custom fields that new orders brought, as text and whether defined or not: an order is never refused for them.
 * One statement for a whole batch, none where no order has any. What cannot be kept is named in the order's timeline; the
 * raw order stands in intake as it came.
 */
export async function keepImported(tx: Tx, ctx: Ctx, orders: readonly ImportedOrder[]): Promise<void> {
  const rows = orders.flatMap((order) => valuesOf(order).kept);
  const by = { name: ctx.actor.name, at: ctx.now };
  for (const how of ["CHANNEL", "FORM", "CSV"] as const) {
    const own = rows.filter((row) => row.how === how);
    if (own.length > 0) await writeImported(tx, own, { how, ...by });
  }
  const short = orders.flatMap((order) => {
    const { leftOut } = valuesOf(order);
    return leftOut.length === 0 ? [] : [{ saleOrderId: order.saleOrderId, names: leftOut.slice(0, FIELDS_MAX) }];
  });
  if (short.length > 0)
    await writeEvents(
      tx,
      short.map(({ saleOrderId, names }) => ({
        ...{ id: newId(), saleOrderId, packageId: null, kind: "CUSTOM_FIELDS_LEFT_OUT" },
        facts: { names, fieldsMax: FIELDS_MAX, charsMax: TEXT_CHARS_MAX },
      })),
      ctx.actor,
      ctx.now,
    );
}

/** Takes a channel's newer word about orders that are here already. What a person wrote or took away since stays. */
export async function followImported(tx: Tx, ctx: Ctx, orders: readonly ImportedOrder[]): Promise<void> {
  const rows = orders.flatMap((order) => valuesOf(order).kept.filter((row) => row.how === "CHANNEL"));
  if (rows.length > 0) await followValues(tx, rows, { name: ctx.actor.name, at: ctx.now });
}

function valuesOf({ saleOrderId, via, imported }: ImportedOrder): {
  kept: (ImportedValue & { how: "CHANNEL" | "FORM" | "CSV" })[];
  leftOut: string[];
} {
  const how = HOW[via];
  const parts = [
    { line: null, fields: imported.customFields ?? [] },
    ...imported.lines.map((line) => ({ line: line.channelOrderItemId, fields: line.customFields ?? [] })),
  ].map(({ line, fields }) => ({ line, ...keepable(fields) }));
  return {
    kept: parts.flatMap(({ line, kept }) => kept.map(({ name, value }) => ({ saleOrderId, line, name, value, how }))),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
}
