import { z } from "zod";
import { assert, ok, type Result, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { runAsWork, startWork, type WorkedRow, type WorkId, work } from "../platform/work.ts";
import { askOrders } from "./ask-orders.ts";
import { ordersToAsk } from "./store.ts";

/** Orders of one wish: what a person selects on the pages of a list. */
export const SELECTED_MAX = 500;
/** Asked in one go: a few questions, so that progress shows and a stop need not wait long. */
const ORDERS_PER_BATCH = 50;

// The ids were parsed as order ids by the route; a stored input keeps their text.
const input = z.object({
  saleOrderIds: z.array(z.uuid().transform((id) => id as SaleOrderId)).max(SELECTED_MAX),
});
type Input = z.output<typeof input>;
const schema: z.ZodType<Input> = input;

const selectionWork = work("status-sync.sync_orders", { input: schema });

/** Asks the channels of the chosen orders for their statuses, as long work with a result for each order. */
export function syncSelection(ctx: Ctx, chosen: readonly SaleOrderId[]): Promise<WorkId> {
  const saleOrderIds = [...new Set(chosen)];
  const title = `Sync the statuses of ${saleOrderIds.length} ${saleOrderIds.length === 1 ? "order" : "orders"}`;
  return ctx.db.transaction(ctx.tenantId, (tx) =>
    startWork(tx, ctx, selectionWork, { title, input: { saleOrderIds }, total: saleOrderIds.length }),
  );
}

export function registerSelection(registry: JobRegistry): void {
  runAsWork(registry, selectionWork, {
    // Orders of a channel side by side: they share its questions.
    items: async (ctx, { saleOrderIds }): Promise<Result<readonly SaleOrderId[]>> => {
      const known = await ctx.db.read(ctx.tenantId, (tx) => ordersToAsk(tx, ctx.facilities, saleOrderIds));
      const sorted = known.map((order) => order.saleOrderId);
      return ok([...sorted, ...saleOrderIds.filter((id) => !sorted.includes(id))]);
    },
    batchSize: ORDERS_PER_BATCH,
    batch: async (ctx, ids) => {
      const orders = await ctx.db.read(ctx.tenantId, (tx) => ordersToAsk(tx, ctx.facilities, ids));
      const answers = await askOrders(ctx, orders);
      assert(answers.length === orders.length, "each order that was asked about has an answer");
      const byId = new Map(orders.map((order, i) => [order.saleOrderId, { order, answer: answers[i] }]));
      return ids.map((id): WorkedRow => {
        const row = { recordType: "sale_order", recordId: id };
        const found = byId.get(id);
        if (!found?.answer)
          return { ...row, outcome: "FAILED", refusal: { code: "ORDER_NOT_FOUND", facts: { order: id } } };
        const { answer, order } = found;
        if (!answer.ok) return { ...row, recordCode: order.code, outcome: "FAILED", refusal: answer.refusal };
        const { lines, reasons } = answer.value;
        const why = reasons.map((reason) => `${reason.message} ${reason.whatToDo}`);
        const message = [wordsOf(lines.map((line) => line.status)), ...why].join(" ");
        return { ...row, recordCode: order.code, outcome: answer.value.changed ? "DONE" : "UNCHANGED", message };
      });
    },
  });
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  OPEN: "open",
  CANCELLED: "cancelled",
  DISPATCHED: "dispatched",
  DELIVERED: "delivered",
  RTO: "coming back undelivered",
  CIR: "coming back from the customer",
  RETURNED: "returned",
  unknown: "in a state that is not known here",
};

/** "2 lines dispatched, 1 line cancelled". Pure. */
export function wordsOf(statuses: readonly string[]): string {
  const counted = Map.groupBy(statuses, (status) => status);
  const parts = [...counted].map(
    ([status, of]) => `${of.length} ${of.length === 1 ? "line" : "lines"} ${STATUS_WORDS[status] ?? status}`,
  );
  return parts.length === 0 ? "The channel names no line." : `On the channel: ${parts.join(", ")}.`;
}
