import { z } from "zod";
import { sourceOf } from "../channels/index.ts";
import { ok, refuse } from "../kernel/index.ts";
import { idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { returnEvents, returnExchanges, returnMore, returnUnits } from "./detail.queries.ts";
import { AGES, ageing, listReturns, RETURN_TABS, type ReturnRow, returnById } from "./queries.ts";
import { returnLifecycle, returnUnitLifecycle } from "./return-case.ts";

const VIEW = "returns.view";
const KINDS = z.enum(["RTO", "CIR"]);
const nullableText = z.string().nullable();
const count = z.number().int();

const returnAnswer = z.object({
  returnCaseId: z.string(),
  code: z.string(),
  kind: KINDS,
  state: z.enum(returnLifecycle.states),
  channelId: z.string(),
  channel: z.string(),
  source: z.string(),
  saleOrderId: z.string(),
  order: z.string(),
  packages: z.array(z.string()),
  units: count,
  /** Units that its parcel came without. */
  missing: count,
  channelReturnId: nullableText,
  reason: nullableText,
  courier: nullableText,
  awb: nullableText,
  announcedVia: z.enum(["PUSH", "SYNC", "COURIER", "PERSON"]),
  announcedAt: z.string(),
  /** Whole days since it was announced. */
  ageDays: count,
  dispatchFacility: nullableText,
  expectedFacility: nullableText,
  /** Where it was received. */
  facility: nullableText,
  receivedAt: nullableText,
  receivedBy: nullableText,
  putAwayAt: nullableText,
  /** Waits for its credit note since then. */
  pendingSince: nullableText,
  completedAt: nullableText,
  cancelledAt: nullableText,
  /** Orders of what was sent instead. */
  replacement: nullableText,
  /** What waits for its credit note: see /pending-credit-notes. Null: nothing does. */
  creditNoteDueId: nullableText,
  creditState: nullableText,
  creditAttempts: count.nullable(),
  /** What came of the last try. */
  creditMessage: nullableText,
  creditNextAttemptAt: nullableText,
  /** Numbers of its credit notes. */
  creditNotes: nullableText,
});

function returnOf(row: ReturnRow): z.input<typeof returnAnswer> {
  const text = (at: Temporal.Instant | null) => at?.toString() ?? null;
  return {
    ...row,
    announcedVia: viaOf(row.announcedVia),
    announcedAt: row.announcedAt.toString(),
    receivedAt: text(row.receivedAt),
    putAwayAt: text(row.putAwayAt),
    pendingSince: text(row.pendingSince),
    completedAt: text(row.completedAt),
    cancelledAt: text(row.cancelledAt),
    creditNextAttemptAt: text(row.creditNextAttemptAt),
  };
}

const VIA = z.enum(["PUSH", "SYNC", "COURIER", "PERSON"]);
const viaOf = (text: string) => VIA.parse(text);

const list = listRoutes({
  path: "/returns",
  summary: "Returns: courier returns (RTO) and reverse pickups (CIR)",
  permission: VIEW,
  filters: {
    kind: KINDS.optional(),
    /** expected (of reverse pickups: open, pickedUp), received, pendingInvoice (Pending RTO invoice / Pending CIR Return Invoice), missing, completed, cancelled. */
    tab: z.enum(RETURN_TABS).optional(),
    channelId: idField<"Channel">().optional(),
    facilityId: idField<"Facility">().optional(),
    courier: z.string().trim().min(1).max(100).optional(),
    age: z.enum(AGES).optional(),
    via: VIA.optional(),
    search: searchField,
  },
  row: returnAnswer,
  sorts: ["announcedAt", "receivedAt", "pendingSince", "code"],
  defaultSort: "-announcedAt",
  columns: [
    { title: "Return", value: (r) => r.code },
    { title: "Type", value: (r) => r.kind },
    { title: "State", value: (r) => r.state },
    { title: "Channel", value: (r) => r.channel },
    { title: "Order", value: (r) => r.order },
    { title: "Packages", value: (r) => r.packages.join(" ") },
    { title: "Units", value: (r) => r.units },
    { title: "Missing", value: (r) => r.missing },
    { title: "Channel's return", value: (r) => r.channelReturnId },
    { title: "Reason", value: (r) => r.reason },
    { title: "Courier", value: (r) => r.courier },
    { title: "AWB", value: (r) => r.awb },
    { title: "Announced at", value: (r) => r.announcedAt },
    { title: "Age, days", value: (r) => r.ageDays },
    { title: "Dispatched from", value: (r) => r.dispatchFacility },
    { title: "Expected at", value: (r) => r.expectedFacility },
    { title: "Received at", value: (r) => r.receivedAt },
    { title: "Received in", value: (r) => r.facility },
    { title: "Waits for credit note since", value: (r) => r.pendingSince },
    { title: "Credit notes", value: (r) => r.creditNotes },
    { title: "Completed at", value: (r) => r.completedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listReturns(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(returnOf) };
  },
});

const ageingRow = z.object({
  kind: KINDS,
  channelId: z.string(),
  channel: z.string(),
  courier: nullableText,
  days0to3: count,
  days4to7: count,
  days8to15: count,
  daysOver15: count,
  total: count,
  oldestAt: z.string(),
});

const address = z
  .object({
    ...{ name: z.string(), line1: z.string(), line2: nullableText, city: z.string(), state: z.string() },
    ...{ country: z.string(), pincode: z.string(), phone: z.string(), email: nullableText },
  })
  .nullable();

const unitAnswer = z.object({
  unitId: z.string(),
  code: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: nullableText,
  /** State of the unit (sale order item). */
  unitState: z.string(),
  /** Where it stands in this return. */
  state: z.enum(returnUnitLifecycle.states),
  packageId: nullableText,
  package: nullableText,
  invoice: nullableText,
  reason: nullableText,
  /** The customer's pictures. */
  imageUrls: z.array(z.string()),
  grade: nullableText,
  putawayId: nullableText,
  putaway: nullableText,
  facility: nullableText,
  shelf: nullableText,
  receivedAt: nullableText,
  receivedBy: nullableText,
  putAwayAt: nullableText,
  /** What was paid for it, in paise. */
  paidPaise: count,
  /** What goes out instead of it, and by how much that costs more or less, in paise. */
  instead: z
    .object({
      kind: z.enum(["REPLACEMENT", "RESHIP"]),
      state: z.enum(["OFFERED", "ACCEPTED", "DECLINED"]),
      sku: nullableText,
      pricePaise: count,
      differencePaise: count,
      saleOrderId: nullableText,
      order: nullableText,
    })
    .nullable(),
});

const detailAnswer = returnAnswer.extend({
  actionCode: nullableText,
  pickupAddress: address,
  shippingAddress: address,
  box: z.object({
    lengthMm: count.nullable(),
    widthMm: count.nullable(),
    heightMm: count.nullable(),
    weightGrams: count.nullable(),
  }),
  returnFacilityId: nullableText,
  /** The channel's own code of the warehouse to which it sends it. */
  channelWarehouse: nullableText,
  createdBy: nullableText,
  cancelReason: nullableText,
  courierAllocatedAt: nullableText,
  pickedUpAt: nullableText,
  /** Who makes its credit note. */
  creditNoteBy: z.enum(["us", "channel", "none"]),
  /** Events of its lifecycle that its state allows. */
  allowed: z.array(z.string()),
  unitsIn: z.array(unitAnswer),
  timeline: z.array(
    z.object({
      at: z.string(),
      actor: z.string(),
      kind: z.string(),
      package: nullableText,
      facts: z.record(z.string(), z.unknown()),
    }),
  ),
  exchanges: z.array(
    z.object({
      exchangeId: z.string(),
      at: z.string(),
      operation: z.string(),
      direction: z.string(),
      outcome: nullableText,
      message: nullableText,
    }),
  ),
});

const reads: Route[] = [
  route({
    method: "GET",
    path: "/returns/ageing",
    summary: "Expected returns by channel and courier, and how long they have been expected",
    permission: VIEW,
    query: z.object({ kind: KINDS.optional(), facilityId: idField<"Facility">().optional() }),
    answer: z.object({ rows: z.array(ageingRow), asOf: z.string() }),
    handle: (ctx, { query }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const rows = await ageing(ctx, tx, query);
        return ok({
          rows: rows.map((row) => ({ ...row, oldestAt: row.oldestAt.toString() })),
          asOf: ctx.now.toString(),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/returns/:returnCaseId",
    summary: "A return with its units, timeline and exchanges",
    permission: VIEW,
    params: z.object({ returnCaseId: idField<"ReturnCase">() }),
    answer: detailAnswer,
    handle: (ctx, { params: { returnCaseId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await returnById(ctx, tx, returnCaseId);
        if (!found) return refuse("NOT_FOUND", { what: "return", id: returnCaseId });
        const { courierAllocatedAt, pickedUpAt, ...more } = await returnMore(tx, returnCaseId);
        const events = await returnEvents(tx, returnCaseId);
        const exchanges = await returnExchanges(tx, returnCaseId);
        return ok({
          ...returnOf(found),
          ...more,
          courierAllocatedAt: courierAllocatedAt?.toString() ?? null,
          pickedUpAt: pickedUpAt?.toString() ?? null,
          creditNoteBy: sourceOf(found.source).rules.creditNoteBy,
          allowed: returnLifecycle.allowed(found.state),
          unitsIn: (await returnUnits(tx, returnCaseId)).map(unitOf),
          timeline: events.map((event) => ({ ...event, at: event.at.toString() })),
          exchanges: exchanges.map((exchange) => ({ ...exchange, at: exchange.at.toString() })),
        });
      }),
  }),
];

function unitOf(unit: Awaited<ReturnType<typeof returnUnits>>[number]): z.input<typeof unitAnswer> {
  const { paid, instead, insteadState, insteadSku, insteadPrice, insteadOrderId, insteadOrder, ...rest } = unit;
  return {
    ...rest,
    receivedAt: unit.receivedAt?.toString() ?? null,
    putAwayAt: unit.putAwayAt?.toString() ?? null,
    paidPaise: paid,
    instead:
      instead === null || insteadState === null || insteadPrice === null
        ? null
        : {
            ...{ kind: instead, state: insteadState, sku: insteadSku, pricePaise: insteadPrice },
            ...{ differencePaise: insteadPrice - paid, saleOrderId: insteadOrderId, order: insteadOrder },
          },
  };
}

export const returnListRoutes: Route[] = [...list, ...reads];
