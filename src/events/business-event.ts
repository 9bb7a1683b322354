import type { Id, Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";

/** What partners may be told of, in the order in which one parcel meets them. */
export const EVENT_KINDS = [
  "SHIPMENT_CREATED",
  /** Packed, and its invoice is known: of parcels that a marketplace invoices this may come after they left. */
  "SHIPMENT_PACKED",
  /** Courier, tracking number and label are there. */
  "SHIPMENT_READY",
  "SHIPMENT_DISPATCHED",
  "SHIPMENT_DELIVERED",
  "UNITS_CANCELLED",
  "RETURN_CREATED",
  "RETURN_COURIER_ALLOCATED",
  "RETURN_COMPLETED",
  "PURCHASE_ORDER_APPROVED",
  "GRN_COMPLETED",
  "GATEPASS_RETURN_AWAITED",
  "GATEPASS_CLOSED",
  "GATEPASS_DISCARDED",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type ShipmentEventKind = Extract<EventKind, `SHIPMENT_${string}`>;
export type ReturnEventKind = Extract<EventKind, `RETURN_${string}`>;
export type GatepassEventKind = Extract<EventKind, `GATEPASS_${string}`>;

/** Something that happened, by the record that it happened to; its facts are read when the transaction ends. */
export type BusinessEvent = (
  | { readonly kind: ShipmentEventKind; readonly shippingPackageId: ShippingPackageId }
  | {
      readonly kind: "UNITS_CANCELLED";
      readonly saleOrderId: SaleOrderId;
      readonly unitIds: readonly SaleOrderItemId[];
    }
  | { readonly kind: ReturnEventKind; readonly returnCaseId: Id<"ReturnCase"> }
  | { readonly kind: "PURCHASE_ORDER_APPROVED"; readonly purchaseOrderId: Id<"PurchaseOrder"> }
  | { readonly kind: "GRN_COMPLETED"; readonly grnId: Id<"Grn"> }
  | { readonly kind: GatepassEventKind; readonly gatepassId: Id<"Gatepass"> }
) & { readonly happenedAt: Instant };
