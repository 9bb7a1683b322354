import { type Id, lifecycle, type SaleOrderId } from "../kernel/index.ts";

/** Life of a sale order (behaviours (a)). On hold is a flag beside it, not a state. */
export const saleOrderLifecycle = lifecycle({
  name: "sale order",
  states: ["PENDING_VERIFICATION", "CREATED", "PROCESSING", "COMPLETE", "CANCELLED"],
  initial: ["PENDING_VERIFICATION", "CREATED"],
  terminal: ["COMPLETE", "CANCELLED"],
  events: {
    verify: { from: ["PENDING_VERIFICATION"], to: "CREATED" },
    process: { from: ["CREATED"], to: "PROCESSING" }, // allocation has looked at it
    complete: { from: ["CREATED", "PROCESSING"], to: "COMPLETE" }, // every unit that is not cancelled has been dispatched
    cancel: { from: ["PENDING_VERIFICATION", "CREATED", "PROCESSING"], to: "CANCELLED" }, // every unit is cancelled
  },
});
export type SaleOrderState = (typeof saleOrderLifecycle.states)[number];

/** Life of one unit (sale order item). Once it is in a package it follows the package. */
export const unitLifecycle = lifecycle({
  name: "sale order item",
  states: [
    "CREATED",
    "FULFILLABLE",
    "UNFULFILLABLE",
    "LOCATION_NOT_SERVICEABLE",
    "PICKING_FOR_INVOICING",
    "PACKED",
    "READY_TO_SHIP",
    "MANIFESTED",
    "DISPATCHED",
    "DELIVERED",
    "RETURNED",
    "CANCELLED",
    "REPLACED",
    "RESHIPPED",
  ],
  initial: ["CREATED"],
  terminal: ["CANCELLED", "REPLACED", "RESHIPPED"],
  events: {
    block: { from: ["CREATED", "UNFULFILLABLE", "LOCATION_NOT_SERVICEABLE"], to: "FULFILLABLE" },
    runShort: {
      from: ["CREATED", "LOCATION_NOT_SERVICEABLE", "FULFILLABLE", "PICKING_FOR_INVOICING"],
      to: "UNFULFILLABLE",
    },
    beUnserved: { from: ["CREATED", "UNFULFILLABLE"], to: "LOCATION_NOT_SERVICEABLE" },
    pick: { from: ["FULFILLABLE"], to: "PICKING_FOR_INVOICING" },
    putBack: { from: ["PICKING_FOR_INVOICING"], to: "FULFILLABLE" },
    pack: { from: ["FULFILLABLE", "PICKING_FOR_INVOICING"], to: "PACKED" },
    label: { from: ["PACKED"], to: "READY_TO_SHIP" },
    manifest: { from: ["READY_TO_SHIP"], to: "MANIFESTED" },
    takeOff: { from: ["MANIFESTED"], to: "READY_TO_SHIP" },
    dispatch: { from: ["MANIFESTED"], to: "DISPATCHED" },
    // Processed on the marketplace's own panel: with stock, or short of it.
    adopt: {
      from: [
        "CREATED",
        "FULFILLABLE",
        "UNFULFILLABLE",
        "LOCATION_NOT_SERVICEABLE",
        "PICKING_FOR_INVOICING",
        "PACKED",
        "READY_TO_SHIP",
        "MANIFESTED",
      ],
      to: "DISPATCHED",
    },
    deliver: { from: ["DISPATCHED"], to: "DELIVERED" },
    comeBack: { from: ["DISPATCHED", "DELIVERED"], to: "RETURNED" },
    replace: { from: ["RETURNED"], to: "REPLACED" },
    reship: { from: ["RETURNED"], to: "RESHIPPED" },
    cancel: {
      from: [
        "CREATED",
        "FULFILLABLE",
        "UNFULFILLABLE",
        "LOCATION_NOT_SERVICEABLE",
        "PICKING_FOR_INVOICING",
        "PACKED",
        "READY_TO_SHIP",
      ],
      to: "CANCELLED",
    },
  },
});
export type UnitState = (typeof unitLifecycle.states)[number];

/** Units that want stock and have none blocked: the open sale that publishing subtracts. */
export const WAITING_STATES = unitLifecycle.from("block");
/** Units that have stock blocked for them. */
export const BLOCKING_STATES: readonly UnitState[] = [
  "FULFILLABLE",
  "PICKING_FOR_INVOICING",
  "PACKED",
  "READY_TO_SHIP",
  "MANIFESTED",
];

export interface SaleOrderRef {
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
}

export type OrderEventId = Id<"OrderEvent">;
