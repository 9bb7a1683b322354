import type { PackageState as NotifiedState } from "../../connectors/kit/index.ts";
import { lifecycle } from "../kernel/index.ts";
import type { UnitState } from "../orders/index.ts";

/**
 * Life of one parcel (behaviours (a), 4.1). DISPATCHED is reached by closing a manifest (or by adoption of a parcel that
 * was processed on the marketplace's panel): a courier's pickup scan updates tracking, never this table.
 */
export const packageLifecycle = lifecycle({
  name: "shipping package",
  states: [
    "CREATED",
    "LOCATION_NOT_SERVICEABLE",
    "PICKING",
    "PICKED",
    "PENDING_CUSTOMIZATION",
    "CUSTOMIZATION_COMPLETE",
    "PACKED",
    "READY_TO_SHIP",
    "MANIFESTED",
    "DISPATCHED",
    "SHIPPED",
    "DELIVERED",
    "CANCELLED",
    "SPLITTED",
    "MERGED",
    "RETURN_EXPECTED",
    "RETURN_ACKNOWLEDGED",
    "RETURNED",
  ],
  initial: ["CREATED"],
  terminal: ["CANCELLED", "SPLITTED", "MERGED", "RETURNED"],
  events: {
    beUnserved: { from: ["CREATED"], to: "LOCATION_NOT_SERVICEABLE" },
    beServed: { from: ["LOCATION_NOT_SERVICEABLE"], to: "CREATED" },
    customize: { from: ["CREATED"], to: "PENDING_CUSTOMIZATION" },
    finishCustomizing: { from: ["PENDING_CUSTOMIZATION"], to: "CUSTOMIZATION_COMPLETE" },
    pick: { from: ["CREATED", "CUSTOMIZATION_COMPLETE"], to: "PICKING" },
    receive: { from: ["PICKING"], to: "PICKED" },
    putBack: { from: ["PICKING", "PICKED"], to: "CREATED" }, // its pick list was closed before it was invoiced
    pack: { from: ["CREATED", "PICKED"], to: "PACKED" }, // NONE traceability may skip picking
    label: { from: ["PACKED"], to: "READY_TO_SHIP" },
    manifest: { from: ["READY_TO_SHIP"], to: "MANIFESTED" },
    takeOff: { from: ["MANIFESTED"], to: "READY_TO_SHIP" },
    dispatch: { from: ["MANIFESTED"], to: "DISPATCHED" },
    // It left from the marketplace's own panel, wherever it stands here (docs/decisions/0078).
    adopt: {
      from: [
        "CREATED",
        "LOCATION_NOT_SERVICEABLE",
        "PICKING",
        "PICKED",
        "PENDING_CUSTOMIZATION",
        "CUSTOMIZATION_COMPLETE",
        "PACKED",
        "READY_TO_SHIP",
        "MANIFESTED",
      ],
      to: "DISPATCHED",
    },
    ship: { from: ["DISPATCHED"], to: "SHIPPED" },
    deliver: { from: ["DISPATCHED", "SHIPPED"], to: "DELIVERED" },
    turnBack: { from: ["DISPATCHED", "SHIPPED"], to: "RETURN_EXPECTED" },
    // Of what was delivered only a parcel whose return its channel announced as undelivered: the returns module judges it.
    acknowledgeReturn: { from: ["RETURN_EXPECTED", "DISPATCHED", "SHIPPED", "DELIVERED"], to: "RETURN_ACKNOWLEDGED" },
    deliverAfterAll: { from: ["RETURN_EXPECTED"], to: "DELIVERED" }, // a person says so: it did not turn back
    travelOn: { from: ["RETURN_EXPECTED"], to: "SHIPPED" }, // who announced its return has called it off
    returned: {
      from: ["RETURN_ACKNOWLEDGED", "RETURN_EXPECTED", "DISPATCHED", "SHIPPED", "DELIVERED"],
      to: "RETURNED",
    },
    split: { from: ["CREATED"], to: "SPLITTED" },
    merge: { from: ["CREATED"], to: "MERGED" },
    cancel: {
      from: ["CREATED", "LOCATION_NOT_SERVICEABLE", "PICKING", "PICKED", "PACKED", "READY_TO_SHIP"],
      to: "CANCELLED",
    },
  },
});
export type PackageState = (typeof packageLifecycle.states)[number];
export type PackageEvent = keyof typeof packageLifecycle.events;

/** The goods are still here: what a channel says of delivery or return then is a doubt for a person. */
export const BEFORE_DISPATCH: readonly PackageState[] = [
  ...packageLifecycle.from("cancel"),
  "PENDING_CUSTOMIZATION",
  "CUSTOMIZATION_COMPLETE",
  "MANIFESTED",
];

/** The state of a unit inside a package: it follows the package. Null: the package's event says nothing of its units. */
export const unitStateIn: Readonly<Record<PackageState, UnitState | null>> = {
  CREATED: "FULFILLABLE",
  LOCATION_NOT_SERVICEABLE: null,
  PICKING: "PICKING_FOR_INVOICING",
  PICKED: "PICKING_FOR_INVOICING",
  PENDING_CUSTOMIZATION: null,
  CUSTOMIZATION_COMPLETE: null,
  PACKED: "PACKED",
  READY_TO_SHIP: "READY_TO_SHIP",
  MANIFESTED: "MANIFESTED",
  DISPATCHED: "DISPATCHED",
  SHIPPED: null,
  DELIVERED: "DELIVERED",
  CANCELLED: null, // its units are cancelled, or go into another package, by the command that cancels it
  SPLITTED: null,
  MERGED: null,
  RETURN_EXPECTED: null,
  RETURN_ACKNOWLEDGED: null,
  RETURNED: "RETURNED",
};

/** Every state that a package reaches here has a word for the channel, or the compiler says so. */
export const notifiedState = {
  CREATED: "CREATED",
  LOCATION_NOT_SERVICEABLE: "LOCATION_NOT_SERVICEABLE",
  PICKING: "PICKING",
  PICKED: "PICKED",
  PACKED: "PACKED",
  READY_TO_SHIP: "READY_TO_SHIP",
  MANIFESTED: "MANIFESTED",
  DISPATCHED: "DISPATCHED",
  SHIPPED: "SHIPPED",
  DELIVERED: "DELIVERED",
  CANCELLED: "CANCELLED",
  RETURN_EXPECTED: "RETURN_EXPECTED",
  RETURN_ACKNOWLEDGED: "RETURN_ACKNOWLEDGED",
  RETURNED: "RETURNED",
} as const satisfies Partial<Record<PackageState, NotifiedState>>;

/** Why a package is held whose order is not: units of it are, by a doubt or while a word of the channel waits. */
export const UNITS_HELD =
  "a person must decide (Orders > Exceptions), or what its channel said waits: see the order's page";
