import { describe, expect, it } from "vitest";
import { customFieldsIn, withoutCustomFields } from "./custom-fields.ts";

describe("custom fields of a record", () => {
  it("stand in a list of name and value, in either spelling, as text", () => {
    const record = {
      customFieldValues: [
        { name: "giftNote", value: "Happy\nbirthday" },
        { fieldName: "boxes", fieldValue: 3 },
        { name: "fragile", value: true },
        { name: "box", value: { l: 1 } },
      ],
    };
    expect(customFieldsIn(record)).toEqual([
      { name: "giftNote", value: "Happy birthday" },
      { name: "boxes", value: "3" },
      { name: "fragile", value: "true" },
      { name: "box", value: '{"l":1}' },
    ]);
  });

  it("stand in free text that is a JSON object; a list beside it wins", () => {
    const record = {
      customFields: [{ name: "checkoutId", value: "from the list" }],
      additionalInfo: '{"checkoutId":"38027501011251","slot":"evening"}',
    };
    expect(customFieldsIn(record)).toEqual([
      { name: "checkoutId", value: "from the list" },
      { name: "slot", value: "evening" },
    ]);
  });

  it.each([
    [{ additionalInfo: "Leave with the guard" }],
    [{ additionalInfo: "{not JSON" }],
    [{ additionalInfo: "[1]" }],
    [
      {
        customFieldValues: [
          { name: "a" },
          { name: "b", value: null },
          { name: "", value: "x" },
          { name: "c", value: " " },
        ],
      },
    ],
    [{ customFieldValues: "none" }],
    [{ customFieldValues: [null, "x", { value: "x" }] }],
    [null],
  ])("are none in %j", (record) => {
    expect(customFieldsIn(record)).toEqual([]);
  });

  it("are no part of what tells a repeat from another order; a person's words are", () => {
    const order = { id: "1", customFieldValues: [{ name: "a", value: "1" }], additionalInfo: '{"a":"1"}' };
    expect(withoutCustomFields(order)).toEqual({ id: "1" });
    const plain = { id: "1", additionalInfo: "Leave with the guard" };
    expect(withoutCustomFields(plain)).toBe(plain);
  });
});
