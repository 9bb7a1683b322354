import { auditAll } from "../../identity/index.ts";
import {
  assert,
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
import type { AppliesTo, StoredField } from "./custom-field.ts";
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
 * The wishes of a group (one form, one line of a file) stand or fall together; a group that is refused does not stop the
 * others. One result a group, in their order: the values that are other than they were. Of two groups that want one field,
 * the later one has it. Refusals: those of `decideValue`.
 */
export async function writeWanted(
  tx: Tx,
  ctx: Ctx,
  groups: readonly (readonly Wanted[])[],
  how: "CSV" | "SCREEN",
): Promise<Result<ChangedValue[]>[]> {
  const fields = new Map((await readFields(tx)).map((field) => [keyOf(field.appliesTo, field.name), field]));
  const held = await lockValues(tx, [...new Set(groups.flat().map((wish) => wish.subject.id))]);
  const state: State = {
    fields,
    now: new Map(held.map((v) => [keyOf(v.subjectId, v.name), v.value])),
    changes: new Map(),
  };
  const results = groups.map((group) => decideGroup(state, group));
  const changes = [...state.changes.values()].filter((change) => change.before !== change.after);
  await keep(tx, ctx, changes, how);
  return results;
}

interface State {
  readonly fields: ReadonlyMap<string, StoredField>;
  /** What fields hold, as decided so far. */
  readonly now: Map<string, string | null>;
  readonly changes: Map<string, ChangedValue>;
}

const keyOf = (of: string, name: string): string => `${of} ${name}`;

function decideGroup(state: State, group: readonly Wanted[]): Result<ChangedValue[]> {
  const changed = new Map<string, ChangedValue>();
  for (const wish of group) {
    const { subject, name } = wish;
    const key = keyOf(subject.id, name);
    const field = state.fields.get(keyOf(subject.appliesTo, name));
    const held = state.now.get(key) ?? null;
    const decided = decideValue(field, wish, held ?? undefined);
    if (!decided.ok) return decided;
    if (decided.value === held) changed.delete(key);
    else changed.set(key, { subject, name, label: field?.label ?? name, before: held, after: decided.value });
  }
  for (const [key, change] of changed) {
    state.now.set(key, change.after);
    const first = state.changes.get(key);
    state.changes.set(key, first ? { ...change, before: first.before } : change);
  }
  return ok([...changed.values()]);
}

async function keep(tx: Tx, ctx: Ctx, changes: readonly ChangedValue[], how: "CSV" | "SCREEN"): Promise<void> {
  if (changes.length === 0) return;
  await writeValues(tx, changes.map(rowOf), { how, name: ctx.actor.name, at: ctx.now });
  // One entry an order, and one for each of its packages: that one stands in the package's own timeline too.
  const records = Map.groupBy(changes, ({ subject }) =>
    subject.appliesTo === "PACKAGE" ? subject.id : subject.saleOrderId,
  );
  const told = [...records.values()].map((own) => ({
    ...recordOf(own),
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
    told.map(({ saleOrderId, packageId, changes: all }) => ({
      id: newId(),
      saleOrderId,
      packageId,
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

function recordOf(
  changes: readonly ChangedValue[],
): Pick<Subject, "saleOrderId" | "orderCode"> & { packageId: string | null } {
  const [first] = changes;
  assert(first !== undefined, "a group of changes has one");
  const { appliesTo, id, saleOrderId, orderCode } = first.subject;
  return { saleOrderId, orderCode, packageId: appliesTo === "PACKAGE" ? id : null };
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
