/** The fourteen notifications: what each is about, what makes it one of a kind, and which comes before which. */
import { contractOf, isJson, type Json, resolve } from "../../../contract/compile.ts";
import { type OperationId, operation, operationIds } from "../../../contract/validators.ts";

export type PartnerOperation = OperationId<"partner-notifications">;
export type EventOperation = Exclude<PartnerOperation, "getPartnerToken">;

/** What keeps an order among events: the parcel, the return, the order, the purchase, the gate pass. */
export interface Lane {
  readonly kind: "shipment" | "order" | "return" | "purchase" | "gatepass";
  readonly code: string;
}

export interface PartnerEvent {
  readonly id: EventOperation;
  /** Its path without the slash: `invoiced`. */
  readonly name: string;
  readonly laneOf: (body: Json) => Lane;
  /** Place in the life of its lane; null where it may come at any time. */
  readonly rank: number | null;
  /** Members whose values make it one of a kind, as the contract names them: `items[].itemCode`. */
  readonly keyFields: readonly string[];
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const shipment = (body: Json): Lane => ({ kind: "shipment", code: text(body.shippingPackageCode) });
const gatepass = (body: Json): Lane => ({ kind: "gatepass", code: text(body.code) });
/** A parcel that comes back goes on with its own story; what a customer sends back has one of its own. */
const comesBack =
  (packageMember: string) =>
  (body: Json): Lane => {
    const code = text(body[packageMember]);
    return body.type === "CUSTOMER_RETURN" || code === ""
      ? { kind: "return", code: text(body.returnId) }
      : { kind: "shipment", code };
  };

const ABOUT: Readonly<Record<EventOperation, Pick<PartnerEvent, "laneOf" | "rank">>> = {
  notifyShipmentCreated: { laneOf: (body) => shipment(isJson(body.saleOrderDTO) ? body.saleOrderDTO : {}), rank: 0 },
  notifyShipmentPacked: { laneOf: shipment, rank: 1 },
  notifyReadyToShip: { laneOf: shipment, rank: 2 },
  notifyShipmentDispatched: { laneOf: shipment, rank: 3 },
  notifyShipmentDelivered: { laneOf: shipment, rank: 4 },
  notifyOrderCancelled: {
    laneOf: (body) =>
      text(body.shippingPackageCode) === "" ? { kind: "order", code: text(body.saleOrderCode) } : shipment(body),
    rank: null,
  },
  // After a dispatch at the earliest; a parcel that was delivered is not refused either.
  notifyReturnCreated: { laneOf: comesBack("ShippingPackageCode"), rank: 5 },
  notifyReturnCourierAllocated: {
    laneOf: (body) => ({ kind: "return", code: text(body.reversePickupCode) }),
    rank: 6,
  },
  notifyReturnCompleted: { laneOf: comesBack("shippingPackageCode"), rank: 7 },
  notifyPurchaseOrderApproved: { laneOf: (body) => ({ kind: "purchase", code: text(body.code) }), rank: 0 },
  notifyGrnCompleted: {
    laneOf: (body) => ({ kind: "purchase", code: text(body.poNumber) || text(body.GRNnumber) }),
    rank: 1,
  },
  notifyGatepassReturnAwaited: { laneOf: gatepass, rank: 0 },
  notifyGatepassClosed: { laneOf: gatepass, rank: 1 },
  notifyGatepassDiscarded: { laneOf: gatepass, rank: 1 },
};

function isEvent(id: PartnerOperation): id is EventOperation {
  return id !== "getPartnerToken";
}

function keyFieldsOf(path: string): readonly string[] {
  const found = resolve(contractOf("partner-notifications"), ["paths", path, "post", "x-deduplication-key"])?.value;
  return isJson(found) && Array.isArray(found.fields) ? found.fields.map(String) : [];
}

/** In the contract's order. */
export const EVENTS: readonly PartnerEvent[] = operationIds("partner-notifications")
  .filter(isEvent)
  .map((id) => {
    const { path } = operation("partner-notifications", id);
    return { id, name: path.slice(1), keyFields: keyFieldsOf(path), ...ABOUT[id] };
  });

/** The values of the key's members; a list's in the order of their text, since a list has no order of its own here. */
export function keyOf({ keyFields }: PartnerEvent, body: Json): string {
  return keyFields.map((field) => valuesAt(body, field.split(".")).toSorted().join("+")).join(" / ");
}

function valuesAt(value: unknown, [member, ...rest]: readonly string[]): string[] {
  if (member === undefined) return [text(value)];
  if (!isJson(value)) return [""];
  if (!member.endsWith("[]")) return valuesAt(value[member], rest);
  const list = value[member.slice(0, -2)];
  return Array.isArray(list) ? list.flatMap((entry) => valuesAt(entry, rest)) : [""];
}
