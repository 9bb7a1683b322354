import { z } from "zod";
import type { Facts, IntakeId, SaleOrderId } from "../kernel/index.ts";
import { ok, refuse } from "../kernel/index.ts";
import { anyOfField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain, refusalCatalogue } from "../platform/refusals.ts";
import { customFieldRoutes } from "./custom-fields/routes.ts";
import { listedFields } from "./custom-fields/sent.ts";
import { customOrderRoutes } from "./custom-routes.ts";
import { intakeDetail, listIntake } from "./intake.queries.ts";
import { dismissIntake, retryIntake } from "./intake-actions.ts";
import { pendencyRoutes } from "./pendency-routes.ts";
import { DUES, listOrders, ORDER_TABS, orderDetail, orderTimeline } from "./queries.ts";
import { saleOrderLifecycle, unitLifecycle } from "./sale-order.ts";

const item = z.object({
  sku: z.string(),
  name: z.string(),
  imageUrl: z.string().nullable(),
  quantity: z.number(),
  states: z.array(z.enum(unitLifecycle.states)),
});

export const orderRow = z.object({
  id: z.string(),
  code: z.string(),
  displayCode: z.string(),
  state: z.enum(saleOrderLifecycle.states),
  onHold: z.boolean(),
  holdReason: z.string().nullable(),
  priority: z.number(),
  thirdPartyShipping: z.boolean(),
  packageType: z.string(),
  paymentType: z.enum(["COD", "PREPAID"]),
  totalPaise: z.number(),
  collectPaise: z.number(),
  placedAt: z.string(),
  dispatchBy: z.string(),
  createdAt: z.string(),
  channelReturnedAt: z.string().nullable(),
  channelCancelledAt: z.string().nullable(),
  noticesPausedAt: z.string().nullable(),
  /** Nobody may process it before; null: at once. */
  actionableFrom: z.string().nullable(),
  channel: z.string(),
  source: z.string(),
  buyerName: z.string(),
  city: z.string(),
  pincode: z.string(),
  stateName: z.string(),
  items: z.array(item),
  facilities: z.array(z.string()),
  packages: z.array(z.object({ id: z.string(), code: z.string(), state: z.string() })),
  heldUnits: z.number(),
  openExceptions: z.number(),
  /** Custom fields that are shown on lists. */
  customFields: z.array(z.object({ name: z.string(), label: z.string(), value: z.string() })),
});
const intakeRow = z.object({
  id: z.string(),
  kind: z.string(),
  via: z.string(),
  channel: z.string(),
  source: z.string(),
  channelOrderId: z.string(),
  state: z.string(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** What a person can do now, where it waits or became no order. */
  whatToDo: z.string().nullable(),
  waitsFor: z.array(z.string()),
  healsByItself: z.boolean(),
  saleOrderId: z.string().nullable(),
  seenCount: z.number(),
  attempts: z.number(),
  receivedAt: z.string(),
  lastSeenAt: z.string(),
  decidedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
});
type StoredIntakeRow = Omit<z.infer<typeof intakeRow>, "whatToDo"> & { facts: Facts };

/** What to do about an entry that waits or was ignored, from the catalogue; null for those that want nothing. */
function remedyOf(entry: Pick<StoredIntakeRow, "state" | "code" | "facts">): string | null {
  const hasRemedy = entry.state === "FAILED" || entry.state === "RECEIVED" || entry.state === "IGNORED";
  // An entry of an older version may carry a code that is not in the catalogue any more.
  return hasRemedy && entry.code !== null && refusalCatalogue().has(entry.code)
    ? explain({ code: entry.code, facts: entry.facts }).whatToDo
    : null;
}

const text = z.string().trim().min(1).max(200);
const instant = z.iso.datetime({ offset: true });
const byId = z.object({ id: z.uuid() });

export const orderRoutes: Route[] = [
  ...customOrderRoutes,
  ...customFieldRoutes,
  ...pendencyRoutes,
  ...listRoutes({
    path: "/orders",
    summary: "Sale orders",
    permission: "orders.view",
    filters: {
      tab: z.enum(ORDER_TABS).optional(),
      channel: anyOfField(z.array(text)),
      facilityId: idField<"Facility">().optional(),
      paymentType: anyOfField(z.array(z.enum(["COD", "PREPAID"]))),
      sku: text.optional(),
      due: anyOfField(z.array(z.enum(DUES))),
      dueBefore: instant.optional(),
      placedFrom: instant.optional(),
      placedTo: instant.optional(),
      search: searchField,
    },
    row: orderRow,
    sorts: ["dispatchBy", "placedAt", "total", "code"],
    columns: [
      { title: "Order", value: (r) => r.code },
      { title: "Display order", value: (r) => r.displayCode },
      { title: "Channel", value: (r) => r.channel },
      { title: "State", value: (r) => r.state },
      { title: "On hold", value: (r) => r.onHold },
      { title: "Payment", value: (r) => r.paymentType },
      { title: "Total (rupees)", value: (r) => r.totalPaise / 100 },
      { title: "Placed at", value: (r) => r.placedAt },
      { title: "Dispatch by", value: (r) => r.dispatchBy },
      { title: "Facilities", value: (r) => r.facilities.join(" ") },
      { title: "Items", value: (r) => r.items.map((i) => `${i.sku} x ${i.quantity}`).join("; ") },
      { title: "City", value: (r) => r.city },
      { title: "PIN code", value: (r) => r.pincode },
      { title: "Packages", value: (r) => r.packages.map((p) => p.code).join(" ") },
      { title: "Custom fields", value: (r) => r.customFields.map((f) => `${f.label}: ${f.value}`).join("; ") },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const asking = { scope: ctx.facilities, now: ctx.now };
      const found = await listOrders<Omit<z.infer<typeof orderRow>, "customFields">>(tx, asking, filters, page);
      const fields = await listedFields(
        tx,
        "ORDER",
        found.rows.map((row) => row.id),
      );
      return { ...found, rows: found.rows.map((row) => ({ ...row, customFields: fields.get(row.id) ?? [] })) };
    },
  }),
  route({
    method: "GET",
    path: "/orders/:id",
    summary: "One order",
    permission: "orders.view",
    params: byId,
    answer: z.record(z.string(), z.unknown()),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await orderDetail(tx, ctx.facilities, params.id as SaleOrderId);
        return found ? ok(found) : refuse("ORDER_NOT_FOUND", { order: params.id });
      }),
  }),
  route({
    method: "GET",
    path: "/orders/:id/timeline",
    summary: "What happened to an order, newest first",
    permission: "orders.view",
    params: byId,
    answer: z.array(z.record(z.string(), z.unknown())),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await orderDetail(tx, ctx.facilities, params.id as SaleOrderId);
        return found
          ? ok(await orderTimeline(tx, params.id as SaleOrderId))
          : refuse("ORDER_NOT_FOUND", { order: params.id });
      }),
  }),
  ...listRoutes({
    path: "/intake",
    summary: "Everything channels showed us, and what became of it",
    permission: "intake.view",
    filters: {
      tab: z
        .enum(["failed", "received", "created", "ignored", "duplicate", "dismissed", "refusedEvents", "all"])
        .optional(),
      channel: anyOfField(z.array(text)),
      code: anyOfField(z.array(text)),
      search: searchField,
    },
    row: intakeRow,
    sorts: ["receivedAt"],
    defaultSort: "-receivedAt",
    columns: [
      { title: "Received at", value: (r) => r.receivedAt },
      { title: "Channel", value: (r) => r.channel },
      { title: "Kind", value: (r) => r.kind },
      { title: "Order", value: (r) => r.channelOrderId },
      { title: "State", value: (r) => r.state },
      { title: "Code", value: (r) => r.code },
      { title: "Why", value: (r) => r.message },
      { title: "Seen", value: (r) => r.seenCount },
      { title: "Decided by", value: (r) => r.decidedBy },
    ],
    fetch: async (_ctx, tx, filters, page) => {
      const found = await listIntake<StoredIntakeRow>(tx, filters, page);
      return {
        ...found,
        rows: found.rows.map(({ facts, ...row }) => ({ ...row, whatToDo: remedyOf({ ...row, facts }) })),
      };
    },
  }),
  route({
    method: "GET",
    path: "/intake/:id",
    summary: "One intake entry with what was received",
    permission: "intake.view",
    params: byId,
    answer: z.record(z.string(), z.unknown()),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await intakeDetail(tx, params.id);
        return found ? ok({ ...found, whatToDo: remedyOf(found) }) : refuse("INTAKE_NOT_FOUND", { intake: params.id });
      }),
  }),
  route({
    method: "POST",
    path: "/intake/retry",
    summary: "Try waiting orders again, with what a person put right",
    permission: "intake.retry",
    body: z.strictObject({
      ids: z.array(z.uuid()).min(1).max(200),
      correction: z
        .strictObject({
          pincode: z
            .string()
            .regex(/^[1-9]\d{5}$/)
            .optional(),
          state: text.optional(),
        })
        .optional(),
    }),
    answer: z.array(
      z.object({
        id: z.string(),
        state: z.string(),
        message: z.string().nullable(),
        saleOrderId: z.string().nullable(),
      }),
    ),
    handle: (ctx, { body }) => retryIntake(ctx, body.ids as IntakeId[], body.correction ?? null),
  }),
  route({
    method: "POST",
    path: "/intake/:id/dismiss",
    summary: "Dismiss a waiting order for good",
    permission: "intake.retry",
    params: byId,
    body: z.strictObject({ reason: z.string().trim().min(3).max(500) }),
    handle: (ctx, { params, body }) => dismissIntake(ctx, params.id as IntakeId, body.reason),
  }),
];
