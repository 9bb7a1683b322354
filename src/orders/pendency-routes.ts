import { z } from "zod";
import { anyOfField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { listReviews, REVIEW_TABS } from "./pendency.queries.ts";
import { letReviewGo } from "./pendency.ts";

const text = z.string().trim().min(1).max(200);

const reviewRow = z.object({
  id: z.string(),
  channel: z.string(),
  source: z.string(),
  channelOrderId: z.string(),
  state: z.enum(["OPEN", "ARRIVED", "DROPPED"]),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  /** The channel lists it no more: its order is looked for once more. */
  unlistedAt: z.string().nullable(),
  settledAt: z.string().nullable(),
  /** Who let it go or brought it; null where the channel dropped it. */
  settledBy: z.string().nullable(),
  saleOrderId: z.string().nullable(),
  /** As the channel lists them; `sku` null: not mapped, nothing is kept for the line yet. */
  lines: z.array(
    z.object({
      channelProductId: z.string(),
      channelSku: z.string(),
      quantity: z.number(),
      sku: z.string().nullable(),
    }),
  ),
  kept: z.array(z.object({ sku: z.string(), facility: z.string(), wanted: z.number(), kept: z.number() })),
});

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

export const pendencyRoutes: Route[] = [
  ...listRoutes({
    path: "/orders/under-review",
    summary: "Orders that channels review, with the stock that is kept for them",
    permission: "orders.view",
    filters: {
      tab: z.enum(REVIEW_TABS).optional(),
      channel: anyOfField(z.array(text)),
      search: searchField,
    },
    row: reviewRow,
    sorts: ["firstSeenAt"],
    columns: [
      { title: "Order", value: (r) => r.channelOrderId },
      { title: "Channel", value: (r) => r.channel },
      { title: "State", value: (r) => r.state },
      { title: "First seen at", value: (r) => r.firstSeenAt },
      { title: "Last seen at", value: (r) => r.lastSeenAt },
      { title: "Lines", value: (r) => r.lines.map((l) => `${l.sku ?? l.channelSku} x ${l.quantity}`).join("; ") },
      { title: "Units wanted", value: (r) => sum(r.lines.map((l) => l.quantity)) },
      { title: "Units kept", value: (r) => sum(r.kept.map((k) => k.kept)) },
      { title: "Settled at", value: (r) => r.settledAt },
    ],
    fetch: (ctx, tx, filters, page) => listReviews(tx, ctx.facilities, filters, page),
  }),
  route({
    method: "POST",
    path: "/orders/under-review/:id/release",
    summary: "Let go the stock that is kept for an order under review",
    permission: "orders.edit",
    params: z.object({ id: idField<"Pendency">() }),
    body: z.strictObject({ reason: z.string().trim().min(3).max(500) }),
    handle: (ctx, { params, body }) => letReviewGo(ctx, params.id, body.reason),
  }),
];
