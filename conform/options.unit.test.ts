import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

const GOOD = [
  "--protocol",
  "marketplace",
  "--base-url",
  "https://api.example.in/uniware/",
  "--username",
  "u",
  "--password",
  "pass",
];
const account = ["--url", "https://api.example.in/hub", "--username", "u", "--password", "pass"];
const PARTNER = ["--protocol", "partner", ...account];
const COURIER = ["--protocol", "courier", ...account];
const never = () => {
  throw new Error("standard input is read where it is asked for alone");
};
/** The words of a refusal. */
const refusal = (...args: string[]) => {
  const read = readOptions(args, never);
  return read.ok === false ? read.words : "";
};

describe("the options of conform", () => {
  it("read only and ask for everything, unless said otherwise", () => {
    const read = readOptions(GOOD, never);
    expect(read.ok === true && read.options).toMatchObject({
      username: "u",
      password: "pass",
      write: false,
      json: false,
      orderIds: [],
      only: null,
      timeoutMs: 20_000,
      facilityCode: null,
    });
    expect(read.ok === true && read.options.baseUrl.href).toBe("https://api.example.in/uniware/");
  });

  it("take orders and operations one by one or with commas", () => {
    const read = readOptions(
      [...GOOD, "--order-id", "OD1,OD2", "--order-id", "OD3", "--only", "getOrders,/orders/labels"],
      never,
    );
    expect(read.ok === true && read.options).toMatchObject({
      orderIds: ["OD1", "OD2", "OD3"],
      only: ["getOrders", "getLabels", "postShipmentDetails"],
    });
  });

  it("read the password from standard input for a dash", () => {
    const read = readOptions([...GOOD.slice(0, -1), "-"], () => "from input");
    expect(read.ok === true && read.options.password).toBe("from input");
  });

  it("of a partner: how it wants to be told, and that whoever checks it sends", () => {
    const read = (...args: string[]) => {
      const options = readOptions([...PARTNER, ...args], never);
      return options.ok === true ? options.options : options;
    };
    expect(read()).toMatchObject({ protocol: "partner", auth: { kind: "any" }, write: true, only: null });
    expect(read("--auth", "basic", "--only", "invoiced,/delivered")).toMatchObject({
      auth: { kind: "basic" },
      only: ["notifyShipmentPacked", "notifyShipmentDelivered"],
    });
    const args = ["--protocol", "partner", "--url", "https://api.example.in", "--password", "key"];
    const header = readOptions([...args, "--auth", "header", "--header-name", "X-Api-Key"], never);
    expect(header).toMatchObject({ ok: true, options: { username: "", auth: { kind: "header", name: "X-Api-Key" } } });
    expect(readOptions(args, never)).toMatchObject({ ok: false, words: "--username is missing." });
  });

  it("of a courier: where parcels go and come from", () => {
    const read = readOptions([...COURIER, "--write", "--unserviceable-pincode", "799999"], never);
    expect(read.ok === true && read.options).toMatchObject({
      protocol: "courier",
      write: true,
      pincode: "560001",
      pickupPincode: "110020",
      unserviceablePincode: "799999",
      pickupId: null,
    });
  });

  it.each([
    [["--protocol", "pigeon", ...GOOD.slice(2)], 'no protocol "pigeon"'],
    [[...GOOD, "--url", "https://api.example.in"], "--url and --base-url are the same"],
    [[...GOOD, "--auth", "json"], "--auth is no option of the marketplace protocol"],
    [[...PARTNER, "--write"], "--write is no option of the partner protocol"],
    [[...PARTNER, "--auth", "header"], "--auth header wants --header-name"],
    [[...PARTNER, "--auth", "header", "--header-name", "x y"], '"x y" is no name of a header'],
    [[...PARTNER, "--header-name", "x-key"], "--header-name goes with --auth header"],
    [[...PARTNER, "--auth", "bearer"], '--auth "bearer" is not known'],
    [[...PARTNER, "--only", "getOrders"], '"getOrders" is no operation'],
    [[...COURIER, "--pincode", "1100"], '"1100" (pincode) is no PIN code'],
    [[...COURIER, "--order-id", "OD1"], "--order-id is no option of the courier protocol"],
    [GOOD.slice(2), "--protocol is missing"],
    [[...GOOD.slice(0, 2), ...GOOD.slice(4)], "--base-url is missing"],
    [[...GOOD, "--base-url", "api.example.in"], "is not an address"],
    [[...GOOD, "--base-url", "ftp://example.in"], "does not begin with"],
    [[...GOOD, "--base-url", "https://u:p@example.in"], "carries a user name"],
    [[...GOOD, "--base-url", "https://example.in/?a=1"], "carries a query"],
    [GOOD.slice(0, 6), "--password is missing"],
    [[...GOOD, "--timeout", "1.5"], "--timeout is a whole number"],
    [[...GOOD, "--pages", "0"], "--pages is a whole number from 1 to 500"],
    [[...GOOD, "--only", "getEverything"], '"getEverything" is no operation'],
    [[...GOOD, "--only", "updatePricing"], "is no operation"],
    [[...GOOD, "--order-id", Array.from({ length: 11 }, (_, n) => `OD${n}`).join()], "at most 10 orders"],
    [[...GOOD, "--wrte"], "--wrte"],
    [[...GOOD, "extra"], "extra"],
  ])("refuse %j in words", (args, words) => {
    expect(refusal(...args)).toContain(words);
  });
});
