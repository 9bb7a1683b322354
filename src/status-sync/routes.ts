import { z } from "zod";
import { idField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { defineRefusals } from "../platform/refusals.ts";
import { syncOrderNow } from "./sync-order.ts";

export const statusSyncRefusals = defineRefusals("status-sync", {
  STATUS_NOT_REPORTED: {
    status: 409,
    message: "{channel} tells no statuses: there is nothing to ask about {order}.",
    whatToDo: "Receive the parcel as it is; nobody will announce it.",
  },
  STATUS_NOT_READ: {
    status: 503,
    message: "{channel} did not tell how {order} stands: {detail}.",
    whatToDo: "Try again in a moment, or receive the parcel unannounced.",
  },
});

export const statusSyncRoutes: Route[] = [
  route({
    method: "POST",
    path: "/orders/:saleOrderId/sync-status",
    summary: "Ask the channel of an order for its statuses now, and apply them",
    permission: "returns.receive",
    params: z.object({ saleOrderId: idField<"SaleOrder">() }),
    answer: z.object({
      order: z.string(),
      /** Did anything of it change here? */
      changed: z.boolean(),
      lines: z.array(z.object({ line: z.string(), status: z.string(), raw: z.string() })),
      exchangeId: z.string().nullable(),
    }),
    handle: async (ctx, { params: { saleOrderId } }) => {
      const synced = await syncOrderNow(ctx, saleOrderId);
      return synced.ok ? { ok: true, value: { ...synced.value, lines: [...synced.value.lines] } } : synced;
    },
  }),
];
