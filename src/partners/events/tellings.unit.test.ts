import { expect, it } from "vitest";
import { aParcel } from "../../../tests/support/partner-facts.ts";
import { ofShipment } from "./tellings.ts";

const means = { custom: () => [], invoiceUrl: () => "", labelUrl: () => "" };
const keyOf = (awb: string) => {
  const parcel = aParcel({ code: "BLR1-1", awb });
  return ofShipment(parcel, { event: "assignAWB", happenedAt: parcel.createdAt }, means).dedupeKey;
};

it("keeps the contract's key of an event within what the log takes, and two of them apart, however long a courier's numbers are", () => {
  expect(keyOf("DX1")).toBe("BLR1-1|DX1");
  const [one, other] = [keyOf(`${"7".repeat(300)}1`), keyOf(`${"7".repeat(300)}2`)];
  expect([one.length, other.length]).toEqual([200, 200]);
  expect(one).not.toBe(other);
  expect(keyOf(`${"7".repeat(300)}1`)).toBe(one);
});
