/**
 * Words of couriers and marketplaces about a parcel that travels, in one table: what each means, and what it does to the package
 * here. It serves what marketplaces tell of parcels that they ship, and what couriers tell themselves.
 *
 * Words are compared without case, spaces and signs: "Out For Delivery", "OUT_FOR_DELIVERY" and "OutForDelivery" are one. A
 * word that nobody knows changes nothing and is shown to a person.
 */

export const TRACKING_MEANINGS = [
  "AWAITING_PICKUP",
  "PICKED_UP",
  "IN_TRANSIT",
  "OUT_FOR_DELIVERY",
  "DELIVERY_FAILED",
  "DELIVERED",
  "RTO_STARTED",
  "RTO_DELIVERED",
  "LOST",
  "DAMAGED",
  "NUMBER_GIVEN_BACK",
  "CUSTOMER_RETURN",
] as const;
export type TrackingMeaning = (typeof TRACKING_MEANINGS)[number];

/** What a meaning does to a package that left from here: an event of its lifecycle, or nothing. */
export type TrackingEffect = "ship" | "deliver" | "turnBack" | null;

export interface MeaningFacts {
  readonly label: string;
  readonly effect: TrackingEffect;
  /** A person is told: nothing happens by itself, and something should. */
  readonly flagged?: true;
}

export const trackingMeanings: Readonly<Record<TrackingMeaning, MeaningFacts>> = {
  AWAITING_PICKUP: { label: "Waits for the courier", effect: null },
  // DISPATCHED follows a closed manifest, or the channel's own word, never a scan: on what is still here a scan is kept and moves nothing.
  PICKED_UP: { label: "Picked up", effect: "ship" },
  IN_TRANSIT: { label: "On its way", effect: "ship" },
  OUT_FOR_DELIVERY: { label: "Out for delivery", effect: "ship" },
  DELIVERY_FAILED: { label: "Delivery failed", effect: "ship" }, // another attempt follows, or the way back
  DELIVERED: { label: "Delivered", effect: "deliver" },
  RTO_STARTED: { label: "Coming back", effect: "turnBack" },
  // By the courier's word alone it is not received: people at the gate receive it.
  RTO_DELIVERED: { label: "Back at the seller, the courier says", effect: "turnBack" },
  LOST: { label: "Lost", effect: null, flagged: true },
  DAMAGED: { label: "Damaged on its way", effect: null, flagged: true },
  // Of a labelled package a person is told: it has no courier any more. Of a cancelled one it is what was asked for.
  NUMBER_GIVEN_BACK: { label: "Tracking number given back", effect: null },
  // Steps of a reverse pickup. The parcel that brought the goods stays as it stands.
  CUSTOMER_RETURN: { label: "A customer's return on its way", effect: null },
};

/** Said of a meaning by anybody: couriers' list of the shipping protocol first, then what marketplaces write. */
export const trackingWords: Readonly<Record<TrackingMeaning, readonly string[]>> = {
  AWAITING_PICKUP: [
    ...["PICKUP_PENDING", "OUT_FOR_PICKUP"], // shipping protocol
    ...[
      "PENDING",
      "PICKUP SCHEDULED",
      "PICKUP RESCHEDULED",
      "PICKUP FAILED",
      "NOT PICKED",
      "BOOKED",
      "MANIFESTED",
      "SHIPMENT CREATED",
      "SHIPMENT BOOKED",
      "PICKUP GENERATED",
      "PICKUP REQUESTED",
      "PICKUP ASSIGNED",
      "PICKUP QUEUED",
      "PICKUP NOT DONE",
      "PICKUP EXCEPTION",
      "PICKUP ATTEMPTED",
      "AWB ASSIGNED",
      "LABEL GENERATED",
      "LABEL CREATED",
      "DATA RECEIVED",
      "MANIFEST GENERATED",
    ], // couriers
    ...["PendingSchedule", "PendingPickUp", "PendingDropOff", "ReadyForPickup"], // Amazon: orders, Easy Ship
    ...["PENDING_PICK_UP", "PENDING_DROP_OFF"], // Amazon 2026-01-01
    ...["PACKED", "READY_TO_DISPATCH", "READY TO SHIP", "PACKING_IN_PROGRESS", "APPROVED"], // Flipkart, Snapdeal
    ...["BARP", "AHOS", "ASTN", "MFG"], // Snapdeal's codes of a package: printed, on a hand-over list, assigned, manifested
  ],
  PICKED_UP: [
    ...[
      "PICKED_UP",
      "PICKUP DONE",
      "PICKED",
      "PICKUP COMPLETED",
      "SHIPMENT PICKED UP",
      "COLLECTED",
      "IN SCAN AT ORIGIN",
    ],
    ...["DROPPED_OFF"], // Amazon: brought to the carrier by the seller
    ...["PICKUP_COMPLETE"], // Flipkart
    ...["SHP", "HANDED OVER", "HANDOVER", "HANDED OVER TO COURIER", "HOC"], // Snapdeal
    ...["DISPATCHED"],
  ],
  IN_TRANSIT: [
    ...[
      "IN_TRANSIT",
      "SHIPPED",
      "REACHED HUB",
      "REACHED AT DESTINATION HUB",
      "ARRIVED AT HUB",
      "LEFT HUB",
      "CONNECTED",
      "BAGGED",
      "ON THE WAY",
      "DEPARTED",
      "DEPARTED FROM HUB",
      "RECEIVED AT HUB",
      "RECEIVED AT ORIGIN HUB",
      "RECEIVED AT DESTINATION HUB",
      "RECEIVED AT DELIVERY CENTER",
      "ARRIVED AT DESTINATION",
      "REACHED DESTINATION",
      "FORWARDED",
    ],
    ...["AtOriginFC", "AtDestinationFC"], // Amazon
    ...["MISROUTED", "DELAYED", "SHIPMENT DELAYED", "HELD AT HUB", "SHIPMENT HELD"], // later than promised, still on its way
  ],
  OUT_FOR_DELIVERY: [
    "OUT_FOR_DELIVERY",
    "OFD",
    "WITH DELIVERY AGENT",
    "WITH DELIVERY EXECUTIVE",
    "DISPATCHED FOR DELIVERY",
  ],
  DELIVERY_FAILED: [
    ...["UNDELIVERED"], // shipping protocol; "Undeliverable" is final and stands under RTO
    ...[
      "NDR",
      "NDR RAISED",
      "DELIVERY ATTEMPTED",
      "DELIVERY FAILED",
      "ATTEMPT FAILED",
      "FAILED DELIVERY",
      "DELIVERY RESCHEDULED",
      "RESCHEDULED",
      "NOT DELIVERED",
      "DELIVERY EXCEPTION",
      "DELIVERY UNSUCCESSFUL",
      "UNDELIVERED 1ST ATTEMPT",
      "UNDELIVERED 2ND ATTEMPT",
      "UNDELIVERED 3RD ATTEMPT",
    ],
    ...[
      "CUSTOMER NOT AVAILABLE",
      "CONSIGNEE NOT AVAILABLE",
      "CUSTOMER UNAVAILABLE",
      "CONSIGNEE UNAVAILABLE",
      "DOOR LOCKED",
      "PREMISES CLOSED",
      "OFFICE CLOSED",
      "ENTRY RESTRICTED",
      "BAD ADDRESS",
      "CUSTOMER NOT REACHABLE",
      "WRONG ADDRESS",
      "INCOMPLETE ADDRESS",
      "ADDRESS NOT FOUND",
    ],
    ...["REFUSED", "REFUSED BY CUSTOMER", "CUSTOMER REFUSED", "REJECTED BY CUSTOMER", "CANCELLED BY CUSTOMER"], // another attempt may follow; the way back has words of its own
    ...["COD NOT READY", "FUTURE DELIVERY REQUESTED", "OTP NOT SHARED", "OUT OF DELIVERY AREA"],
  ],
  DELIVERED: [
    ...["DELIVERED", "DELIVERED_SHIPMENT_DELIVERED"], // the second: what we push to partners comes back from some
    ...["FFD", "DLVD", "VENDOR_MARKED_DELIVERED"], // Snapdeal's codes
    ...[
      "DELIVERED TO CUSTOMER",
      "DELIVERED TO CONSIGNEE",
      "SHIPMENT DELIVERED",
      "SUCCESSFULLY DELIVERED",
      "DELIVERY COMPLETED",
      "DLD",
      "COMPLETED",
    ], // COMPLETED: Flipkart, after the return period
  ],
  RTO_STARTED: [
    ...["RTO_INITIATED", "RTO_IN_TRANSIT", "RTO", "RTO OUT FOR DELIVERY", "RTO REQUESTED", "RTO UNDELIVERED"],
    ...["RETURN TO SELLER", "RETURN TO SHIPPER", "RETURNING TO SHIPPER", "RETURN IN TRANSIT"],
    ...["RETURNING TO ORIGIN", "RETURN TO ORIGIN", "RETURNED TO ORIGIN IN TRANSIT"], // 2020 page of the shipping protocol
    ...["COURIER_RETURN", "RETURN INITIATED", "RETURN_EXPECTED"], // protocol A, Flipkart
    ...["RejectedByBuyer", "Rejected", "Undeliverable", "ReturningToSeller"], // Amazon: nobody tries again
  ],
  RTO_DELIVERED: [
    "RTO_DELIVERED",
    "ReturnedToSeller",
    "RETURN DELIVERED",
    "RETURNED TO ORIGIN",
    "DELIVERED TO ORIGIN",
    "RTO COMPLETED",
    "RTO ACKNOWLEDGED",
    "RTO RECEIVED",
    "DELIVERED RTO",
    "DELIVERED TO SELLER",
    "DELIVERED TO SHIPPER",
    "RETURNED TO SHIPPER",
    "RETURN COMPLETED",
  ],
  LOST: [
    ...["LOST", "LostInTransit", "MISSING", "SHIPMENT LOST", "PARCEL LOST", "UNTRACEABLE", "STOLEN", "DESTROYED"],
    ...["DISPOSED", "DISPOSED OFF", "RTO LOST"], // on the way back it is as lost
  ],
  DAMAGED: ["DAMAGED", "DamagedInTransit", "SHIPMENT DAMAGED", "PARCEL DAMAGED", "RTO DAMAGED"],
  NUMBER_GIVEN_BACK: [
    ...["CANCELLED", "CANCELED", "LabelCanceled", "LABEL_CANCELLED", "AWB CANCELLED", "WAYBILL CANCELLED", "VOIDED"],
    ...["SHIPMENT CANCELLED", "PICKUP CANCELLED", "CANCELLED BY SELLER", "CANCELLED BY CLIENT"],
  ],
  CUSTOMER_RETURN: ["REVERSE_PICKUP_PENDING", "REVERSE_PICKED_UP", "REVERSE_IN_TRANSIT", "REVERSE_DELIVERED"], // shipping protocol
};

const meaningByWord: ReadonlyMap<string, TrackingMeaning> = new Map(
  TRACKING_MEANINGS.flatMap((meaning) => trackingWords[meaning].map((word) => [normal(word), meaning] as const)),
);

const IS_RTO = /(?<![A-Z])RTO(?![A-Z])/i;
/** "RTO cancelled", "RTO not approved", "Last attempt before RTO": it may go to the customer after all, so a person looks. */
const IS_NO_RTO =
  /RTO\W*(?:request\W*)?(?:cancel|revok|withdr|stopp|revers|re-?attempt|not\b)|(?:before|\bnot?|un-?marked)\W*(?:for\W*)?RTO/i;

/** What a courier's word means; null: nobody knows. Pure. */
export function meaningOf(raw: string): TrackingMeaning | null {
  const word = normal(raw);
  const known = meaningByWord.get(word);
  if (known !== undefined) return known;
  // "RTO - delivered at hub 7", "Delivered (RTO)": a word with RTO in it is of the way back, never a delivery to the customer.
  return IS_RTO.test(raw) && !IS_NO_RTO.test(raw.replaceAll("_", " ")) ? "RTO_STARTED" : null;
}

/**
 * What a word means that was said of the tracking number of the way back: there "delivered" is a delivery to the seller.
 * Pure.
 */
export function onTheWayBack(meaning: TrackingMeaning | null): TrackingMeaning | null {
  switch (meaning) {
    case "DELIVERED":
      return "RTO_DELIVERED";
    case "AWAITING_PICKUP":
    case "PICKED_UP":
    case "IN_TRANSIT":
    case "OUT_FOR_DELIVERY":
    case "DELIVERY_FAILED":
      return "RTO_STARTED";
    default:
      return meaning;
  }
}

/** What a word means of a parcel that a courier collects at a customer's and brings to the seller. */
export const RETURN_MEANINGS = [
  "RETURN_AWAITS_PICKUP",
  "RETURN_PICKED_UP",
  "RETURN_ON_ITS_WAY",
  "RETURN_AT_SELLER",
  "LOST",
  "DAMAGED",
  "NUMBER_GIVEN_BACK",
] as const;
export type ReturnMeaning = (typeof RETURN_MEANINGS)[number];

/** What it does to the return: `pickUp` of its lifecycle, or nothing. Received it is by people at the desk alone. */
export const returnMeanings: Readonly<
  Record<ReturnMeaning, { readonly label: string; readonly effect: "pickUp" | null; readonly flagged?: true }>
> = {
  RETURN_AWAITS_PICKUP: { label: "Waits for the courier at the customer's", effect: null }, // an attempt that failed too: the word says so
  RETURN_PICKED_UP: { label: "Collected from the customer", effect: "pickUp" },
  RETURN_ON_ITS_WAY: { label: "On its way here", effect: "pickUp" }, // the word of the collection may have been missed
  RETURN_AT_SELLER: { label: "Here, the courier says", effect: "pickUp" },
  LOST: { label: "Lost", effect: null, flagged: true },
  DAMAGED: { label: "Damaged on its way", effect: null, flagged: true },
  // Of a return that is still wanted a person is told: it has no courier any more. Of a cancelled one it is what was asked for.
  NUMBER_GIVEN_BACK: { label: "Tracking number given back", effect: null },
};

/** The shipping protocol's own words of a reverse pickup; and what couriers write on such a number beside them. */
export const returnWords: Readonly<Partial<Record<ReturnMeaning, readonly string[]>>> = {
  RETURN_AWAITS_PICKUP: [
    "REVERSE_PICKUP_PENDING",
    ...["REVERSE PICKUP SCHEDULED", "REVERSE PICKUP FAILED", "REVERSE PICKUP RESCHEDULED", "REVERSE OUT FOR PICKUP"],
    ...["QC FAILED AT PICKUP", "CUSTOMER REFUSED PICKUP"], // it was not handed over: another attempt, or a person calls
  ],
  RETURN_PICKED_UP: ["REVERSE_PICKED_UP", "REVERSE PICKUP DONE", "REVERSE PICKUP COMPLETED"],
  RETURN_ON_ITS_WAY: ["REVERSE_IN_TRANSIT", "REVERSE OUT FOR DELIVERY"],
  RETURN_AT_SELLER: ["REVERSE_DELIVERED", "DELIVERED TO WAREHOUSE"],
};

const returnMeaningByWord: ReadonlyMap<string, ReturnMeaning> = new Map(
  RETURN_MEANINGS.flatMap((meaning) =>
    (returnWords[meaning] ?? []).map((word): [string, ReturnMeaning] => [normal(word), meaning]),
  ),
);

/**
 * What a word means that was said of the tracking number of a customer's return; null: nobody knows. Couriers use the words of
 * any parcel there too: "delivered" is then a delivery to the seller. One that goes back to the customer has no meaning here: a
 * person looks. Pure.
 */
export function returnMeaningOf(raw: string): ReturnMeaning | null {
  const known = returnMeaningByWord.get(normal(raw));
  if (known !== undefined) return known;
  const meaning = meaningOf(raw);
  switch (meaning) {
    case "AWAITING_PICKUP":
      return "RETURN_AWAITS_PICKUP";
    case "PICKED_UP":
      return "RETURN_PICKED_UP";
    case "IN_TRANSIT":
    case "OUT_FOR_DELIVERY":
    case "DELIVERY_FAILED": // nobody opened at the warehouse
      return "RETURN_ON_ITS_WAY";
    case "DELIVERED":
      return "RETURN_AT_SELLER";
    case "LOST":
    case "DAMAGED":
    case "NUMBER_GIVEN_BACK":
      return meaning;
    default:
      return null;
  }
}

/** The words of a meaning, as they are compared. */
export function wordsFor(meaning: TrackingMeaning): string[] {
  return [...new Set(trackingWords[meaning].map(normal))];
}

function normal(word: string): string {
  return word.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
}
