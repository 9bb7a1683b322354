import { z } from "zod";
import { idField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { syncOrderNow } from "./sync-order.ts";

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
