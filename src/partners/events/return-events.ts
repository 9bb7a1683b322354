import { assert } from "../../kernel/index.ts";
import type { CustomFields, ReturnFacts, ReturnUnitFacts } from "./facts.ts";
import { bundleOf, partnerTime, type Wire } from "./wire.ts";

const TYPES = { CIR: "CUSTOMER_RETURN", RTO: "RTO - Return To Origin" } as const;

/**
 * What a return is called on the wire: a reverse pickup by its own code, a parcel that turned back by its shipment's. Where a parcel
 * turns back again (delivered after all, then not; units found later) it is another return, which the shipment's code cannot tell
 * from the first: that one has its own code. Pure.
 */
export function returnIdOf(facts: ReturnFacts): string {
  return facts.kind === "RTO" && facts.firstOfPackage && facts.packageCode !== null ? facts.packageCode : facts.code;
}

/** A return was created: from the customer, or a parcel that comes back undelivered. Pure. */
export function createReturn(facts: ReturnFacts, custom: CustomFields): Wire["ReturnCreatedRequest"] {
  return {
    SaleOrderCode: facts.orderCode,
    returnId: returnIdOf(facts),
    status: facts.kind === "CIR" ? "CREATED" : "Return_AWAITED",
    returnReason: reasonOf(facts),
    facilityCode: facts.returnFacilityCode ?? facts.facilityCode,
    type: TYPES[facts.kind],
    createdOn: partnerTime(facts.createdAt, facts.zone),
    customFieldValues: custom(facts.saleOrderId),
    orderItems: facts.units.map((unit) => ({ ...itemOf(unit), customFieldValues: custom(unit.unitId) })),
    ...(facts.kind === "RTO" ? { ShippingPackageCode: facts.packageCode } : {}),
  };
}

/** A courier was allocated to a customer's return. Pure. */
export function allocateReturnCourier(facts: ReturnFacts, custom: CustomFields): Wire["ReturnCourierRequest"] {
  const { courierCode, awb } = facts;
  assert(courierCode !== null && awb !== null, "a return with a courier has his name and number");
  return {
    saleOrderCode: facts.orderCode,
    reversePickupCode: facts.code,
    courierName: courierCode,
    status: "COURIER_ALLOCATED",
    facilityCode: facts.returnFacilityCode ?? facts.facilityCode,
    AWB: awb,
    orderItems: facts.units.map((unit) => ({ ...itemOf(unit), qty: 1 })),
    customFieldValues: custom(facts.saleOrderId),
  };
}

/**
 * A return is over: its goods are back and its credit note exists. Where the channel's word was taken at once there is none, and no
 * goods either: units without a grade, a number that is empty. Units that never came are not in it. Pure.
 */
export function completeReturn(facts: ReturnFacts, custom: CustomFields): Wire["ReturnCompletedRequest"] {
  const back = facts.units.filter((unit) => unit.state === "RETURNED");
  const rto = facts.kind === "RTO";
  return {
    orderId: facts.orderCode,
    returnId: returnIdOf(facts),
    facilityCode: facts.returnFacilityCode ?? facts.facilityCode,
    shippingPackageCode: facts.packageCode,
    courierName: facts.courierCode ?? (rto ? (facts.packageCourier ?? "") : ""),
    status: rto ? "RETURNED" : "COMPLETED",
    returnReason: reasonOf(facts),
    type: TYPES[facts.kind],
    createdOn: partnerTime(facts.createdAt, facts.zone),
    ...(facts.completedAt === null ? {} : { completedAt: partnerTime(facts.completedAt, facts.zone) }),
    trackingNumber: facts.awb ?? (rto ? (facts.packageAwb ?? "") : ""),
    invoiceNumber: facts.creditNotes.join(", "),
    orderItems: back.map((unit) => ({
      ...itemOf(unit),
      ...(unit.grade === null ? {} : { inventoryType: unit.grade === "good" ? "GOOD_INVENTORY" : "BAD_INVENTORY" }),
      customFieldValues: custom(unit.unitId),
    })),
    customFieldValues: custom(facts.saleOrderId),
  };
}

/** The contract wants a reason always; a parcel that turned back without one has the published sample's. */
function reasonOf({ reason, kind }: ReturnFacts): string {
  return reason ?? (kind === "RTO" ? "RTO" : "");
}

function itemOf(unit: ReturnUnitFacts) {
  return { orderItemId: unit.code, bundleIdentifier: bundleOf(unit), skuCode: unit.sku };
}
