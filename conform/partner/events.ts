/** The events by their names, in the order in which a hub tells them. */
import { operation } from "../../contract/validators.ts";
import type { EventOperation } from "./options.ts";

/** Forward, cancellation, return, purchase, gate pass: the order of the vendor's list of events. */
export const EVENT_OPERATIONS: readonly EventOperation[] = [
  "notifyShipmentCreated",
  "notifyShipmentPacked",
  "notifyReadyToShip",
  "notifyShipmentDispatched",
  "notifyShipmentDelivered",
  "notifyOrderCancelled",
  "notifyReturnCreated",
  "notifyReturnCourierAllocated",
  "notifyReturnCompleted",
  "notifyPurchaseOrderApproved",
  "notifyGrnCompleted",
  "notifyGatepassReturnAwaited",
  "notifyGatepassClosed",
  "notifyGatepassDiscarded",
];

/** As it stands in the address: `invoiced`. */
export function nameOf(id: EventOperation): string {
  return operation("partner-notifications", id).path.slice(1);
}
