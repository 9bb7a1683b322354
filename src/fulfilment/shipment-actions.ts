import { findSource } from "../channels/index.ts";
import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { keptBySellerRule, sellerRuleWords } from "./cancel-rules.ts";
import { decideEdit } from "./edit-package.ts";
import { decideMove } from "./move.ts";
import { type PackageEvent, packageLifecycle, unitStateIn } from "./shipping-package.ts";
import { type Due, decideInvoice, decideInvoiceAndLabel, decideLabel, waitsForIrn } from "./step.ts";
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
    cancel: mayCancel(parcel),
    printInvoice: parcel.invoiceId === null ? refuse("NO_INVOICES_TO_PRINT") : isPrintable(parcel),
    printLabel: hasLabel(parcel) ? ok() : refuse("NOT_LABELLED", { package: parcel.code, state: parcel.state }),
  };
  return SHIPMENT_ACTIONS.map((action) => {
    const decision = decisions[action];
    return { action, refusal: decision.ok ? null : decision.refusal };
  });
}

/** The events that the table allows and that nothing stops now, in the table's words. Adoption is the channel's word, no person's act. */
export function allowedEvents(parcel: StepPackage): PackageEvent[] {
  return packageLifecycle.allowed(parcel.state).filter((event) => event !== "adopt" && may(parcel, event).ok);
}

function may(parcel: StepPackage, event: PackageEvent): Result<undefined> {
  return decideMove([parcel.shippingPackageId], [parcel], event);
}

/** The source's rule about the seller's cancellation comes after the lifecycle: in its own words, as the command refuses. */
function mayCancel(parcel: StepPackage): Result<undefined> {
  const allowed = may(parcel, "cancel");
  const source = findSource(parcel.source);
  const state = unitStateIn[parcel.state];
  if (!allowed.ok || source === undefined || state === null) return allowed;
  if (keptBySellerRule(source.rules, [{ state }]).length === 0) return allowed;
  const rule = sellerRuleWords({ label: source.label, ...source.rules });
  return refuse("PACKAGE_CANCEL_RULE", { rule, package: parcel.code, state: parcel.state });
}

function due(decision: Result<Due>, parcel: StepPackage, event: PackageEvent): Result<unknown> {
  if (!decision.ok || decision.value === "due") return decision;
  return decision.value === "waits" ? isPrintable(parcel) : may(parcel, event);
}

/** Without its IRN an invoice is not valid, and is not printed. */
function isPrintable(parcel: StepPackage): Result<undefined> {
  const { refusal } = waitsForIrn(parcel);
  return parcel.invoiceState === "IRN_PENDING" && refusal !== null ? { ok: false, refusal } : ok();
}

function hasLabel(parcel: StepPackage): boolean {
  return parcel.awb !== null && !packageLifecycle.may("label", parcel.state) && parcel.state !== "CANCELLED";
}
