import { expect, it } from "vitest";
import { readShipment } from "../../connectors/flipkart/map/shipment.ts";
import { toReported } from "../../connectors/flipkart/map/statuses.ts";
import { PACKED_OR_LATER } from "../../connectors/flipkart/map/words.ts";
import { aShipmentIn } from "../../connectors/flipkart/test-facts.ts";
import { meaningOf } from "../../src/shipping/index.ts";

it("every state of a Flipkart shipment that is handed on as a courier's word means something", () => {
  const sent = [...PACKED_OR_LATER].flatMap((state) => {
    const read = readShipment(aShipmentIn(state));
    if (!read.ok) throw new Error(read.words);
    return (toReported(read.value, null).parcels ?? []).flatMap((parcel) => parcel.statuses.map(({ raw }) => raw));
  });
  expect(sent).toContain("DELIVERED");
  expect(sent.filter((word) => meaningOf(word) === null)).toEqual([]);
});
