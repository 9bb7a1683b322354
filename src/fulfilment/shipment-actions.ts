import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { decideEdit } from "./edit-package.ts";
import { decideMove } from "./move.ts";
import { type PackageEvent, packageLifecycle } from "./shipping-package.ts";
import { decideInvoice, decideInvoiceAndLabel, decideLabel } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";

/** What a person can do with a package on the Shipments screens. */
export const SHIPMENT_ACTIONS = [
  "invoice",
  "label",
  "invoiceAndLabel",
  "changeCourier",
  "changeBox",
  "manifest",
  "takeOff",
  "cancel",
  "printInvoice",
  "printLabel",
] as const;
export type ShipmentAction = (typeof SHIPMENT_ACTIONS)[number];

/**
 * Every action with the reason why it is refused, or null where it is allowed now: the screen draws its buttons from
 * this. Pure; the lifecycle's table says what a state allows, the commands' own guards the rest. What was done before
 * is told as refused, in the words of its state.
 */
export function shipmentActions(parcel: StepPackage): { action: ShipmentAction; refusal: Refusal | null }[] {
  const decisions: Record<ShipmentAction, Result<unknown>> = {
    invoice: due(decideInvoice(parcel), parcel, "pack"),
    label: due(decideLabel(parcel), parcel, "label"),
    invoiceAndLabel: due(decideInvoiceAndLabel(parcel), parcel, "label"),
    changeCourier: decideEdit(parcel, { courier: "" }),
    changeBox: decideEdit(parcel, {}),
    manifest: may(parcel, "manifest"),
    takeOff: may(parcel, "takeOff"),
    cancel: may(parcel, "cancel"),
    printInvoice: parcel.invoiceId === null ? refuse("NO_INVOICES_TO_PRINT") : ok(),
    printLabel: hasLabel(parcel) ? ok() : refuse("NOT_LABELLED", { package: parcel.code, state: parcel.state }),
  };
  return SHIPMENT_ACTIONS.map((action) => {
    const decision = decisions[action];
    return { action, refusal: decision.ok ? null : decision.refusal };
  });
}

/** The events that the table allows and that nothing stops now, in the table's words. */
export function allowedEvents(parcel: StepPackage): PackageEvent[] {
  return packageLifecycle.allowed(parcel.state).filter((event) => may(parcel, event).ok);
}

function may(parcel: StepPackage, event: PackageEvent): Result<undefined> {
  return decideMove([parcel.shippingPackageId], [parcel], event);
}

function due(decision: Result<"due" | "done">, parcel: StepPackage, event: PackageEvent): Result<unknown> {
  return decision.ok && decision.value === "done" ? may(parcel, event) : decision;
}

function hasLabel(parcel: StepPackage): boolean {
  return parcel.awb !== null && !packageLifecycle.may("label", parcel.state) && parcel.state !== "CANCELLED";
}
