import { z } from "zod";
import { findSource } from "../channels/index.ts";
import { type FacilityId, ok, type Result, refuse, type SaleOrderId, type SaleOrderItemId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { judgeActions, ORDER_ACTIONS } from "./judge-actions.ts";
import { judgedOrder } from "./order-actions.queries.ts";
import { changeOrder, switchFacility } from "./order-actions.ts";
import { requestCancel } from "./request-cancel.ts";

const byId = z.object({ id: z.uuid() });
const reason = z.string().trim().min(1).max(500);
const ids = z.array(z.uuid()).min(1).max(500);
const outcomes = z.array(
  z.object({ id: z.string(), ok: z.boolean(), code: z.string().nullable(), message: z.string().nullable() }),
);

const why = z.string().nullable();
const judged = z.object({
  actions: z.array(z.object({ action: z.enum(ORDER_ACTIONS), allowed: z.boolean(), why })),
  units: z.array(
    z.object({
      unitId: z.string(),
      allowed: z.boolean(),
      why,
      becomes: z.enum(["NOTHING", "FREE", "PUTAWAY"]).nullable(),
      invoice: z.string().nullable(),
      /** Its invoice can no longer be cancelled: it is cancelled by credit note only, chosen with `byCreditNote`. */
      byCreditNote: z.boolean(),
      package: z.string().nullable(),
      mayMove: z.boolean(),
      whyNotMove: why,
    }),
  ),
  /** Cancelling asks the channel first, and the units wait for its answer. */
  asksChannel: z.boolean(),
  source: z.string(),
  /** Units on hold of which a word of the channel that waits here says that they left. */
  heldByWord: z.array(z.string()),
  facilities: z.array(z.object({ id: z.string(), code: z.string(), name: z.string() })),
});

/**
 * Does one thing to many orders, each in a transaction of its own: one that is refused does not stop the others.
 * @param noteOf what is said of one that was done, but not all of it
 */
async function each<T>(
  ctx: Ctx,
  chosen: readonly string[],
  act: (tx: Tx, id: SaleOrderId) => Promise<Result<T>>,
  noteOf: (done: T) => string | null = () => null,
): Promise<z.infer<typeof outcomes>> {
  const told: z.infer<typeof outcomes> = [];
  for (const id of chosen) {
    const result = await ctx.db.transaction(ctx.tenantId, (tx) => act(tx, id as SaleOrderId));
    told.push({
      id,
      ok: result.ok,
      code: result.ok ? null : result.refusal.code,
      message: result.ok ? noteOf(result.value) : explain(result.refusal).message,
    });
  }
  return told;
}

export const orderActionRoutes: Route[] = [
  route({
    method: "GET",
    path: "/orders/:id/actions",
    summary: "What may be done with an order now, and why not what may not",
    permission: "orders.view",
    params: byId,
    answer: judged,
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await judgedOrder(tx, ctx.facilities, params.id as SaleOrderId);
        if (!found) return refuse("ORDER_NOT_FOUND", { order: params.id });
        const source = findSource(found.order.source);
        const label = source?.label ?? found.order.source;
        const asksChannel = source?.capabilities.cancel !== undefined;
        const { sellerCancel = "dispatched", sellerCancelRule } = source?.rules ?? {};
        const creditsAlone = source?.rules.creditNoteBy === "channel";
        const rule = { label, sellerCancel, sellerCancelRule, asksChannel, creditsAlone };
        const { facilities, heldByWord } = found.order;
        return ok({
          ...judgeActions(found.order, found.units, rule, ctx.now),
          asksChannel,
          source: label,
          heldByWord: [...heldByWord],
          facilities: [...facilities],
        });
      }),
  }),
  route({
    method: "POST",
    path: "/orders/:id/cancel",
    summary: "Cancel an order, or chosen units of it",
    permission: "orders.cancel",
    params: byId,
    body: z.strictObject({
      unitIds: ids.optional(),
      reason,
      /** An invoice whose IRN is too old to be cancelled is taken back by a credit note. Without it such an order is refused. */
      byCreditNote: z.boolean().optional(),
    }),
    answer: z.object({ waitsForChannel: z.boolean(), units: z.number() }),
    handle: (ctx, { params, body }) =>
      ctx.db.transaction(ctx.tenantId, (tx) =>
        requestCancel(tx, ctx, {
          saleOrderId: params.id as SaleOrderId,
          unitIds: (body.unitIds as SaleOrderItemId[] | undefined) ?? null,
          reason: body.reason,
          byCreditNote: body.byCreditNote ?? false,
        }),
      ),
  }),
  route({
    method: "POST",
    path: "/orders/cancel",
    summary: "Cancel whole orders",
    permission: "orders.cancel",
    body: z.strictObject({ ids, reason }),
    answer: outcomes,
    handle: (ctx, { body }) =>
      each(ctx, body.ids, (tx, saleOrderId) =>
        requestCancel(tx, ctx, { saleOrderId, unitIds: null, reason: body.reason }),
      ),
  }),
  route({
    method: "POST",
    path: "/orders/verify",
    summary: "Verify orders",
    permission: "orders.verify",
    body: z.strictObject({ ids }),
    answer: outcomes,
    handle: (ctx, { body }) => each(ctx, body.ids, (tx, id) => changeOrder(tx, ctx, id, { action: "verify" })),
  }),
  route({
    method: "POST",
    path: "/orders/hold",
    summary: "Hold orders",
    permission: "orders.hold",
    body: z.strictObject({ ids, reason }),
    answer: outcomes,
    handle: (ctx, { body }) =>
      each(ctx, body.ids, (tx, id) => changeOrder(tx, ctx, id, { action: "hold", reason: body.reason })),
  }),
  route({
    method: "POST",
    path: "/orders/unhold",
    summary: "Take orders off hold",
    permission: "orders.hold",
    body: z.strictObject({ ids }),
    answer: outcomes,
    handle: (ctx, { body }) =>
      each(
        ctx,
        body.ids,
        (tx, id) => changeOrder(tx, ctx, id, { action: "unhold" }),
        ({ stays }) => (stays === null ? null : explain(stays).message),
      ),
  }),
  route({
    method: "POST",
    path: "/orders/priority",
    summary: "Give orders a priority; higher is served first",
    permission: "orders.edit",
    body: z.strictObject({ ids, priority: z.number().int().min(-1000).max(1000) }),
    answer: outcomes,
    handle: (ctx, { body }) =>
      each(ctx, body.ids, (tx, id) => changeOrder(tx, ctx, id, { action: "prioritize", priority: body.priority })),
  }),
  route({
    method: "POST",
    path: "/orders/:id/facility",
    summary: "Ship units from another facility",
    permission: "orders.edit",
    params: byId,
    body: z.strictObject({ facilityId: z.uuid(), unitIds: ids.optional() }),
    handle: (ctx, { params, body }) =>
      ctx.db.transaction(ctx.tenantId, (tx) =>
        switchFacility(tx, ctx, params.id as SaleOrderId, {
          facilityId: body.facilityId as FacilityId,
          unitIds: (body.unitIds as SaleOrderItemId[] | undefined) ?? null,
        }),
      ),
  }),
];
