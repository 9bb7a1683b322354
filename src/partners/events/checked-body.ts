import { describeMisfits, type Operation, type OperationId, operation } from "../../../contract/validators.ts";
import type { PartnerEvent } from "../partner.ts";

/** The contract's operation for each event. */
export const OPERATION_OF = {
  createShipment: "notifyShipmentCreated",
  invoiced: "notifyShipmentPacked",
  assignAWB: "notifyReadyToShip",
  dispatchedShipment: "notifyShipmentDispatched",
  delivered: "notifyShipmentDelivered",
  cancelSOItem: "notifyOrderCancelled",
  createReturn: "notifyReturnCreated",
  allocateReturnCourier: "notifyReturnCourierAllocated",
  completeReturn: "notifyReturnCompleted",
  approvedPurchaseOrder: "notifyPurchaseOrderApproved",
  completeInflowReceipt: "notifyGrnCompleted",
  awaitedGatepass: "notifyGatepassReturnAwaited",
  closeGatepass: "notifyGatepassClosed",
  discardGatepass: "notifyGatepassDiscarded",
} as const satisfies Record<PartnerEvent, OperationId<"partner-notifications">>;

type Checks = Pick<Operation<"partner-notifications", OperationId<"partner-notifications">>, "body">;
const known = new Map<PartnerEvent, Checks>();

/** A body as it goes out. `fault`: what a person has to see of it, which keeps it from being sent. */
export interface CheckedBody {
  readonly body: unknown;
  readonly fault: string | null;
  /** What was thrown where it could not be built at all. */
  readonly error?: unknown;
}

/** Builds a body and checks it against the contract. Never throws: what is wrong with one is told of it, and stops no other. */
export function checkedBody(event: PartnerEvent, build: () => unknown): CheckedBody {
  let body: unknown;
  try {
    body = build();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { body: null, fault: cut(`It could not be put into words: ${words}`), error };
  }
  const checks = known.get(event) ?? operation("partner-notifications", OPERATION_OF[event]);
  known.set(event, checks);
  const checked = checks.body(body);
  if (checked.ok) return { body, fault: null };
  return { body, fault: cut(`It does not keep to the contract: ${describeMisfits(checked.errors)}`) };
}

const FAULT_CHARS_MAX = 1_000;

function cut(text: string): string {
  return text.length <= FAULT_CHARS_MAX ? text : `${text.slice(0, FAULT_CHARS_MAX - 1)}…`;
}
