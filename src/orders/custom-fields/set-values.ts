import { auditAll } from "../../identity/index.ts";
import {
  newId,
  ok,
  type Result,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { writeEvents } from "../events.store.ts";
import type { AppliesTo } from "./custom-field.ts";
import { decideValue } from "./decide-value.ts";
import { lockValues, readFields, type ValueRow, writeValues } from "./store.ts";

/** A record that has custom fields. */
export interface Subject {
  readonly appliesTo: AppliesTo;
  /** Of the order, the unit or the package. */
  readonly id: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  /** What people call it: order, unit or package code. */
  readonly code: string;
}

/** What somebody wants a field of a record to hold; null takes the value away. */
export interface Wanted {
  readonly subject: Subject;
  readonly name: string;
  readonly value: string | null;
}

/** A value that is other than it was. */
export interface ChangedValue {
  readonly subject: Subject;
  readonly name: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Changes that one entry of the timeline names; the audit trail has all. */
const SHOWN_CHANGES_MAX = 100;

/**
 * Writes what people gave for many records, in one statement, with an entry in each order's timeline and in the audit trail.
 * One result for each wish, in their order: what changed, or null where it stood so already; a refused one does not stop the
 * others, and is for the caller to roll back or to report. The last of two wishes for one field wins.
 */
export async function writeWanted(
  tx: Tx,
  ctx: Ctx,
  wanted: readonly Wanted[],
  how: "FORM" | "CSV" | "SCREEN",
): Promise<Result<ChangedValue | null>[]> {
  if (wanted.length === 0) return [];
  const fields = new Map((await readFields(tx)).map((field) => [`${field.appliesTo} ${field.name}`, field]));
  const held = await lockValues(tx, [...new Set(wanted.map((w) => w.subject.id))]);
  const now = new Map(held.map((v) => [`${v.subjectId} ${v.name}`, v.value]));
  const changes = new Map<string, ChangedValue>();
  const results = wanted.map((wish): Result<ChangedValue | null> => {
    const field = fields.get(`${wish.subject.appliesTo} ${wish.name}`);
    const key = `${wish.subject.id} ${wish.name}`;
    const before = now.get(key);
    const decided = decideValue(field, wish, before);
    if (!decided.ok) return decided;
    if (decided.value === (before ?? null)) return ok(null);
    if (decided.value === null) now.delete(key);
    else now.set(key, decided.value);
    const label = field?.label ?? wish.name;
    const first = changes.get(key)?.before;
    const change = {
      subject: wish.subject,
      name: wish.name,
      label,
      before: first ?? before ?? null,
      after: decided.value,
    };
    changes.set(key, change);
    return ok(change);
  });
  await keep(tx, ctx, [...changes.values()], how);
  return results;
}

async function keep(tx: Tx, ctx: Ctx, changes: readonly ChangedValue[], how: "FORM" | "CSV" | "SCREEN"): Promise<void> {
  if (changes.length === 0) return;
  await writeValues(tx, changes.map(rowOf), { how, name: ctx.actor.name, at: ctx.now });
  const byOrder = Map.groupBy(changes, (change) => change.subject.saleOrderId);
  const told = [...byOrder].map(([saleOrderId, own]) => ({
    saleOrderId,
    orderCode: own[0]?.subject.orderCode ?? null,
    changes: own.map(({ subject, name, label, before, after }) => ({
      of: subject.appliesTo === "ORDER" ? null : subject.code,
      field: name,
      label,
      before,
      after,
    })),
  }));
  await writeEvents(
    tx,
    told.map(({ saleOrderId, changes: all }) => ({
      id: newId(),
      saleOrderId,
      packageId: null,
      kind: "CUSTOM_FIELDS_CHANGED",
      facts: { how, changes: all.slice(0, SHOWN_CHANGES_MAX), more: Math.max(0, all.length - SHOWN_CHANGES_MAX) },
    })),
    ctx.actor,
    ctx.now,
  );
  await auditAll(
    tx,
    ctx,
    told.map(({ saleOrderId, orderCode, changes: all }) => ({
      action: "orders.custom_fields_changed",
      recordType: "sale_order",
      recordId: saleOrderId,
      recordCode: orderCode,
      before: all.map(({ of, field, before }) => ({ of, field, value: before })),
      after: all.map(({ of, field, after }) => ({ of, field, value: after })),
    })),
  );
}

function rowOf({ subject, name, after }: ChangedValue): ValueRow {
  const { appliesTo, saleOrderId, id } = subject;
  return {
    saleOrderId,
    appliesTo,
    // The id is of what `appliesTo` says; only its brand was lost among three kinds of records.
    unitId: appliesTo === "ITEM" ? (id as SaleOrderItemId) : null,
    packageId: appliesTo === "PACKAGE" ? (id as ShippingPackageId) : null,
    name,
    value: after,
  };
}
