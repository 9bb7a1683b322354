import { describe, expect, it } from "vitest";
import { type FieldDeclaration, faultOf, faultsOf, nested, outgoing, startValues } from "./fields.ts";

const code: FieldDeclaration = {
  name: "code",
  label: "Code",
  type: "text",
  required: true,
  pattern: "[a-z0-9-]{2,}",
  patternHelp: "is small letters, digits or -",
};
const secret: FieldDeclaration = {
  name: "secret",
  label: "Password",
  type: "password",
  required: true,
  kept: "set on 12 Nov by Asha",
};
const notify: FieldDeclaration = { name: "notify", label: "Notify", type: "switch", default: true };
const delay: FieldDeclaration = {
  name: "delay",
  label: "Delay",
  type: "number",
  min: 1,
  max: 72,
  when: { field: "notify", is: true },
};
const price: FieldDeclaration = { name: "price", label: "Price", type: "money" };
const all = [code, secret, notify, delay, price];

describe("a declared form", () => {
  it("starts with what is given, else the default, else nothing", () => {
    expect(startValues(all, { code: "blr" })).toEqual({
      code: "blr",
      secret: "",
      notify: true,
      delay: null,
      price: null,
    });
  });

  it("lists every fault at once and none of a field that is not shown", () => {
    expect(
      faultsOf(all, { code: "X!", secret: "", notify: true, delay: 100, price: "ten" }).map(
        (f) => `${f.label} ${f.message}`,
      ),
    ).toEqual(["Code is small letters, digits or -", "Delay is at most 72", "Price is not an amount like 1,234.50"]);
    expect(faultsOf(all, { code: "blr", secret: "", notify: false, delay: 100, price: null })).toEqual([]);
    expect(faultOf(code, "")).toBe("is needed");
    expect(faultOf({ ...code, lengthMax: 3 }, "abcd")).toBe("has 4 characters, 3 are allowed");
  });

  it("matches a pattern as a whole, not a part of it", () => {
    expect(faultOf({ ...code, pattern: "a|b" }, "ab")).not.toBeNull();
    expect(faultOf({ ...code, pattern: "a|b" }, "b")).toBeNull();
  });

  it("sends paise, trims text but never a password, and leaves a kept secret alone", () => {
    expect(outgoing(all, { code: " blr ", secret: "", notify: false, delay: 5, price: "1,234.5" })).toEqual({
      code: "blr",
      notify: false,
      price: 123_450,
    });
    expect(outgoing([secret], { secret: " spaced " })).toEqual({ secret: " spaced " });
  });

  it("shows a field while another has a value, or any but one", () => {
    const user: FieldDeclaration = { name: "user", label: "User", type: "text", when: { field: "way", not: "KEY" } };
    expect(outgoing([user], { way: "TOKEN", user: "asha" })).toEqual({ user: "asha" });
    expect(outgoing([user], { way: "KEY", user: "asha" })).toEqual({});
  });

  it("builds objects from names with dots", () => {
    expect(
      nested({
        "facility.code": "BLR1",
        "facility.address.city": "Bengaluru",
        "facility.address.pincode": "560001",
        token: "t",
      }),
    ).toEqual({
      facility: { code: "BLR1", address: { city: "Bengaluru", pincode: "560001" } },
      token: "t",
    });
  });
});
