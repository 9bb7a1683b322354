import { z } from "zod";
import type { BusinessEvent } from "../../events/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { idField } from "../../platform/http/fields.ts";
import { enqueue, type JobOutcome, job } from "../../platform/jobs.ts";
import { tellPartners } from "./tell-partners.ts";

const happenedAt = z.iso.datetime({ offset: true });

/** An event as it waits in the queue: its moment is text. */
const waiting = z.union([
  z.object({
    kind: z.enum([
      "SHIPMENT_CREATED",
      "SHIPMENT_PACKED",
      "SHIPMENT_READY",
      "SHIPMENT_DISPATCHED",
      "SHIPMENT_DELIVERED",
    ]),
    ...{ shippingPackageId: idField<"ShippingPackage">(), happenedAt },
  }),
  z.object({
    kind: z.literal("UNITS_CANCELLED"),
    ...{ saleOrderId: idField<"SaleOrder">(), unitIds: z.array(idField<"SaleOrderItem">()), happenedAt },
  }),
  z.object({
    kind: z.enum(["RETURN_CREATED", "RETURN_COURIER_ALLOCATED", "RETURN_COMPLETED"]),
    ...{ returnCaseId: idField<"ReturnCase">(), happenedAt },
  }),
  z.object({
    kind: z.literal("PURCHASE_ORDER_APPROVED"),
    ...{ purchaseOrderId: idField<"PurchaseOrder">(), happenedAt },
  }),
  z.object({ kind: z.literal("GRN_COMPLETED"), grnId: idField<"Grn">(), happenedAt }),
  z.object({
    kind: z.enum(["GATEPASS_RETURN_AWAITED", "GATEPASS_CLOSED", "GATEPASS_DISCARDED"]),
    ...{ gatepassId: idField<"Gatepass">(), happenedAt },
  }),
]);

/** Tells partners what could not be put into words when it happened. Given up, it is an alarm, and a person runs it again. */
export const tellLaterJob = job("partners.tell_later", {
  payload: z.object({ events: z.array(waiting).min(1) }),
  attemptsMax: 12,
});

/**
 * Where `tellPartners` failed (the database refused a statement, or a fault of ours): what happened stands, and is told by a job
 * of the same transaction, of the facts as they are by then. What happens to the same shipment meanwhile may be told before.
 */
export function tellPartnersLater(tx: Tx, _ctx: Ctx, events: readonly BusinessEvent[]): Promise<void> {
  return enqueue(tx, tellLaterJob, {
    events: events.map((event) => waiting.parse({ ...event, happenedAt: event.happenedAt.toString() })),
  });
}

/** What was told already has its key in the log of deliveries, and is not told again. */
export async function tellNow(ctx: Ctx, events: z.output<typeof waiting>[]): Promise<JobOutcome> {
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    tellPartners(
      tx,
      ctx,
      events.map((event) => ({ ...event, happenedAt: Temporal.Instant.from(event.happenedAt) })),
    ),
  );
  return "done";
}
