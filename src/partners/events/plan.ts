import { type BusinessEvent, EVENT_KINDS, type EventKind } from "../../events/index.ts";
import type { Instant, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import type { PartnerEvent } from "../partner.ts";
import type { ShipmentFacts } from "./facts.ts";

/** Which bodies follow from what happened, and in which order. Pure. */

/** The contract's call for each kind of event. */
export const EVENT_OF = {
  SHIPMENT_CREATED: "createShipment",
  SHIPMENT_PACKED: "invoiced",
  SHIPMENT_READY: "assignAWB",
  SHIPMENT_DISPATCHED: "dispatchedShipment",
  SHIPMENT_DELIVERED: "delivered",
  UNITS_CANCELLED: "cancelSOItem",
  RETURN_CREATED: "createReturn",
  RETURN_COURIER_ALLOCATED: "allocateReturnCourier",
  RETURN_COMPLETED: "completeReturn",
  PURCHASE_ORDER_APPROVED: "approvedPurchaseOrder",
  GRN_COMPLETED: "completeInflowReceipt",
  GATEPASS_RETURN_AWAITED: "awaitedGatepass",
  GATEPASS_CLOSED: "closeGatepass",
  GATEPASS_DISCARDED: "discardGatepass",
} as const satisfies Record<EventKind, PartnerEvent>;

export type ShipmentEvent = (typeof EVENT_OF)[Extract<EventKind, `SHIPMENT_${string}`>];

/** The events of a transaction, each once, in the order in which one parcel, return or gate pass meets them. */
export function inOrder(events: readonly BusinessEvent[]): BusinessEvent[] {
  const once = new Map(events.map((event) => [keyOf(event), event]));
  return [...once.values()].toSorted((a, b) => EVENT_KINDS.indexOf(a.kind) - EVENT_KINDS.indexOf(b.kind));
}

function keyOf(event: BusinessEvent): string {
  return `${event.kind} ${subjectOf(event)}`;
}

function subjectOf(event: BusinessEvent): string {
  if ("shippingPackageId" in event) return event.shippingPackageId;
  if ("unitIds" in event) return event.unitIds.join(" ");
  if ("returnCaseId" in event) return event.returnCaseId;
  if ("purchaseOrderId" in event) return event.purchaseOrderId;
  return "grnId" in event ? event.grnId : event.gatepassId;
}

/** Whose facts have to be read. */
export interface Subjects {
  readonly packages: readonly ShippingPackageId[];
  readonly cancelledUnits: readonly SaleOrderItemId[];
  readonly returns: readonly string[];
  readonly purchaseOrders: readonly string[];
  readonly grns: readonly string[];
  readonly gatepasses: readonly string[];
}

export function subjectsOf(events: readonly BusinessEvent[]): Subjects {
  const all = <Id extends string>(pick: (event: BusinessEvent) => readonly Id[]) => [...new Set(events.flatMap(pick))];
  return {
    packages: all((event) => ("shippingPackageId" in event ? [event.shippingPackageId] : [])),
    cancelledUnits: all((event) => ("unitIds" in event ? event.unitIds : [])),
    returns: all((event) => ("returnCaseId" in event ? [event.returnCaseId] : [])),
    purchaseOrders: all((event) => ("purchaseOrderId" in event ? [event.purchaseOrderId] : [])),
    grns: all((event) => ("grnId" in event ? [event.grnId] : [])),
    gatepasses: all((event) => ("gatepassId" in event ? [event.gatepassId] : [])),
  };
}

/** What partners may want to be told when this happens: an invoice that comes late brings what waited for it. */
export function mayBeTold(event: BusinessEvent): readonly PartnerEvent[] {
  return event.kind === "SHIPMENT_PACKED" ? ["invoiced", "dispatchedShipment", "delivered"] : [EVENT_OF[event.kind]];
}

export interface ShipmentTelling {
  readonly event: ShipmentEvent;
  readonly happenedAt: Instant;
}

/**
 * What is told of a package when something happens to it. A parcel that left from the marketplace's own panel may leave before its
 * invoice is known: that it left, and arrived, is told after the invoice, when that comes, so that createShipment, invoiced and
 * dispatchedShipment always arrive in this order.
 */
export function tellingsOf(
  { kind, happenedAt }: Pick<Extract<BusinessEvent, { readonly shippingPackageId: unknown }>, "kind" | "happenedAt">,
  parcel: Pick<ShipmentFacts, "adopted" | "invoice" | "dispatchedAt" | "deliveredAt">,
): readonly ShipmentTelling[] {
  const { adopted, invoice, dispatchedAt, deliveredAt } = parcel;
  const event = EVENT_OF[kind];
  if (!adopted) return [{ event, happenedAt }];
  if (event === "invoiced")
    return [
      { event, happenedAt },
      ...(dispatchedAt === null ? [] : [{ event: "dispatchedShipment" as const, happenedAt: dispatchedAt }]),
      ...(deliveredAt === null ? [] : [{ event: "delivered" as const, happenedAt: deliveredAt }]),
    ];
  const waits = invoice === null && (event === "dispatchedShipment" || event === "delivered");
  return waits ? [] : [{ event, happenedAt }];
}
