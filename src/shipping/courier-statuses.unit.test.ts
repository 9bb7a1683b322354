import { describe, expect, it } from "vitest";
import {
  meaningOf,
  onTheWayBack,
  RETURN_MEANINGS,
  returnMeaningOf,
  returnMeanings,
  TRACKING_MEANINGS,
  trackingMeanings,
  wordsFor,
} from "./courier-statuses.ts";

describe("a courier's word", () => {
  it.each([
    ["In Transit", "IN_TRANSIT"],
    ["Out For Delivery", "OUT_FOR_DELIVERY"],
    ["OutForDelivery", "OUT_FOR_DELIVERY"],
    ["out-for-delivery ", "OUT_FOR_DELIVERY"],
    ["PICKUP_COMPLETE", "PICKED_UP"],
    ["SHP", "PICKED_UP"],
    ["MFG", "AWAITING_PICKUP"],
    ["DLVD", "DELIVERED"],
    ["AtDestinationFC", "IN_TRANSIT"],
    ["AT_DESTINATION_FC", "IN_TRANSIT"],
    ["UNDELIVERED", "DELIVERY_FAILED"],
    ["Customer not available", "DELIVERY_FAILED"],
    ["Delivered", "DELIVERED"],
    ["RTO Initiated", "RTO_STARTED"],
    ["RTO Delivered", "RTO_DELIVERED"],
    ["ReturnedToSeller", "RTO_DELIVERED"],
    ["REJECTED_BY_BUYER", "RTO_STARTED"],
    ["LostInTransit", "LOST"],
    ["LABEL_CANCELLED", "NUMBER_GIVEN_BACK"],
    ["RTO_LOST", "LOST"],
    ["REVERSE_DELIVERED", "CUSTOMER_RETURN"],
    ["Undelivered - 3rd attempt", "DELIVERY_FAILED"],
  ])("%s means %s", (raw, meaning) => {
    expect(meaningOf(raw)).toBe(meaning);
  });

  it("of the way back is never a delivery to the customer, however it is spelled", () => {
    expect(meaningOf("RTO - delivered at hub 7")).toBe("RTO_STARTED");
    expect(meaningOf("RTO/DL")).toBe("RTO_STARTED");
    expect(meaningOf("Delivered (RTO)")).toBe("RTO_DELIVERED");
    expect(meaningOf("Parcel delivered, RTO")).toBe("RTO_STARTED");
    expect(meaningOf("RTO: consignee refused")).toBe("RTO_STARTED");
  });

  it.each(["RTO Cancelled", "RTO request cancelled", "RTO_NOT_APPROVED", "Last attempt before RTO"])(
    "%s is not of the way back for certain: nobody knows it, so nothing turns back",
    (raw) => expect(meaningOf(raw)).toBeNull(),
  );

  it("said of the number of the way back is a step of the way back", () => {
    expect(onTheWayBack(meaningOf("Delivered"))).toBe("RTO_DELIVERED");
    expect(onTheWayBack(meaningOf("Out for delivery"))).toBe("RTO_STARTED");
    expect(onTheWayBack(meaningOf("Lost"))).toBe("LOST");
    expect(onTheWayBack(meaningOf("teleported"))).toBeNull();
  });

  it("stands under one meaning", () => {
    const written = TRACKING_MEANINGS.flatMap(wordsFor);
    expect(written.filter((word, i) => written.indexOf(word) !== i)).toEqual([]);
  });

  it.each(["", "  ", "teleported", "delivered maybe", "RTOX"])("%j is known to nobody", (raw) => {
    expect(meaningOf(raw)).toBeNull();
  });

  it("has an effect, or a person is told, or nothing is to be done: each meaning says which", () => {
    const effects = TRACKING_MEANINGS.map(
      (m) => `${m}: ${trackingMeanings[m].effect ?? (trackingMeanings[m].flagged ? "a person" : "-")}`,
    );
    expect(effects).toEqual([
      "AWAITING_PICKUP: -",
      "PICKED_UP: ship",
      "IN_TRANSIT: ship",
      "OUT_FOR_DELIVERY: ship",
      "DELIVERY_FAILED: ship",
      "DELIVERED: deliver",
      "RTO_STARTED: turnBack",
      "RTO_DELIVERED: turnBack",
      "LOST: a person",
      "DAMAGED: a person",
      "NUMBER_GIVEN_BACK: -",
      "CUSTOMER_RETURN: -",
    ]);
  });
});

describe("a word about a customer's return", () => {
  it.each([
    ["REVERSE_PICKUP_PENDING", "RETURN_AWAITS_PICKUP"],
    ["Out For Pickup", "RETURN_AWAITS_PICKUP"],
    ["REVERSE_OUT_FOR_PICKUP", "RETURN_AWAITS_PICKUP"],
    ["REVERSE_PICKED_UP", "RETURN_PICKED_UP"],
    ["Picked up", "RETURN_PICKED_UP"],
    ["REVERSE_IN_TRANSIT", "RETURN_ON_ITS_WAY"],
    ["Undelivered", "RETURN_ON_ITS_WAY"],
    ["REVERSE_DELIVERED", "RETURN_AT_SELLER"],
    ["Delivered", "RETURN_AT_SELLER"],
    ["LOST", "LOST"],
    ["Damaged", "DAMAGED"],
    ["CANCELLED", "NUMBER_GIVEN_BACK"],
    // It goes back to the customer: nothing here says what that means.
    ["RTO_INITIATED", null],
    ["HELD_AT_GATE_9", null],
  ])("%s means %s", (word, meaning) => expect(returnMeaningOf(word)).toBe(meaning));

  it("never receives it: the goods are seen by people", () => {
    for (const meaning of RETURN_MEANINGS) expect([null, "pickUp"]).toContain(returnMeanings[meaning].effect);
  });
});
