import { describe, expect, it } from "vitest";
import type { Connector } from "../../connectors/kit/index.ts";
import { ajioDropship as ajio, jupiterMoney, oker } from "../../tests/support/sources.ts";
import { type FacilityId, must, newId } from "../kernel/index.ts";
import { explain } from "../platform/refusals.ts";
import "./errors.ts";
import { type Confirmation, decideFacilities, storeOf } from "./facilities.ts";
import { checkFields, uniqueFields, warehouseMapOf } from "./fields.ts";
import { readWarehouseMap } from "./warehouse-map.ts";

const known = { stored: new Set(["password"]), facilities: new Set(["BLR1", "DEL1", "MUM1"]) };
const ids = new Map([...known.facilities].map((code) => [code, newId<"Facility">()] as const));
const idOf = (code: string): FacilityId => ids.get(code) ?? newId<"Facility">();

const detailsOf = (source: Connector, given: Record<string, string>): string | null => {
  const checked = checkFields(source, "C1", given, known);
  return checked.ok ? null : String(checked.refusal.facts.details);
};

describe("a field with a pattern", () => {
  it.each([
    ["DV123", null],
    ["  DV123 ", null],
    ["dv123", "Username does not look right (The POB ID, provided by AJIO"],
    ["123DV", "Username does not look right"],
    ["", "Username is required"],
    ["DV\u0000", "control character"],
    [`DV${"1".repeat(4_000)}`, "more than 4000 characters"],
  ])("takes or refuses %j", (username, words) => {
    const details = detailsOf(ajio, { username, storeCode: "BLR1" });
    if (words === null) expect(details).toBeNull();
    else expect(details).toContain(words);
  });
  it("is one of no two channels where it is declared so, and a Username always is", () => {
    expect(uniqueFields(ajio).map((f) => f.name)).toEqual(["username", "storeCode"]);
    expect(uniqueFields(jupiterMoney).map((f) => f.name)).toEqual(["username"]);
  });
});

describe("a map of warehouses", () => {
  it.each([
    ['{"W1":"BLR1"}', null],
    [' { "W1" : "BLR1",\n "W2":"DEL1" } ', null],
    ['{"W:1":"BLR1","\\"W2\\"":"DEL1"}', null],
    ["W1=BLR1", "it is not JSON"],
    ['{"W1":"BLR1"', "it is not JSON"],
    ["", "Warehouse Location is required"],
    ["{}", "names no warehouse"],
    ['["BLR1"]', "it is not a JSON object"],
    ["null", "it is not a JSON object"],
    ['"BLR1"', "it is not a JSON object"],
    ['{"W1":7}', "the warehouse W1 is not mapped to the code of a facility"],
    ['{"W1":{"code":"BLR1"}}', "the warehouse W1 is not mapped to the code of a facility"],
    ['{"W1":""}', "the warehouse W1 is not mapped to the code of a facility"],
    ['{"":"BLR1"}', "a warehouse has no code"],
    ['{"W1 ":"BLR1"}', 'the warehouse code "W1 " begins or ends with a blank'],
    [`{"${"W".repeat(61)}":"BLR1"}`, "more than 60 characters"],
    ['{"W1":"BLR1","W1":"DEL1"}', "the warehouse W1 is named twice"],
    ['{"W1":"BLR1","W\\u0031":"DEL1"}', "the warehouse W1 is named twice"],
    ['{"W1":{"x":"y"},"W1":"BLR1"}', "the warehouse W1 is named twice"],
    ['{"W1":"BLR1","W2":"BLR1"}', "W1 and W2 are both mapped to BLR1: each would be told the whole of its stock"],
    ['{"W1":"GOA1","W2":"GOA2","W3":"BLR1"}', "there is no enabled facility GOA1, GOA2"],
    ['{"W1":"blr1"}', "there is no enabled facility blr1"],
    [`{"W1":"BLR1"${" ".repeat(10_000)}}`, "more than 10000 characters"],
  ])("%s", (map, words) => {
    const details = detailsOf(oker, { username: "seller", warehouseLocation: map });
    if (words === null) expect(details).toBeNull();
    else expect(details).toContain(words);
  });
  it("keeps the order and the warehouses' own spelling", () => {
    expect([...readWarehouseMap('{"W:1":"BLR1","\\"W2\\"":"DEL1"}').map]).toEqual([
      ["W:1", "BLR1"],
      ['"W2"', "DEL1"],
    ]);
    expect(warehouseMapOf(oker, {})).toBeNull();
    expect(warehouseMapOf(jupiterMoney, { warehouseLocation: "{}" })).toBeNull();
  });
});

interface Case {
  readonly source: Connector;
  readonly fields: Record<string, string>;
  readonly chosen: readonly string[];
  readonly before?: { fields: Record<string, string>; facilities: readonly string[] };
  readonly confirm?: readonly Confirmation[];
}

const decide = (wish: Case) =>
  decideFacilities(wish.source, {
    ...{ channel: "C1", fields: wish.fields, confirm: wish.confirm ?? [] },
    facilities: wish.chosen.map((code) => ({ facilityId: idOf(code), code, channelWarehouse: "typed" })),
    before: wish.before ?? { fields: {}, facilities: [] },
  });

describe("the facilities chosen for inventory sync", () => {
  const store = { storeCode: "BLR1" };
  const alone = { fields: store, facilities: ["BLR1"] };
  const both = { fields: store, facilities: ["BLR1", "DEL1"] };
  const map = { warehouseLocation: '{"W1":"BLR1","W2":"DEL1"}' };
  const yes = ["COMBINED_STOCK"] as const;
  it.each<[string, Case, string | null]>([
    ["no rule, anything goes", { source: jupiterMoney, fields: {}, chosen: ["BLR1", "DEL1"] }, null],
    ["the store is not known yet", { source: ajio, fields: {}, chosen: ["BLR1", "DEL1"] }, null],
    ["the store alone", { source: ajio, fields: store, chosen: ["BLR1"] }, null],
    ["without the store", { source: ajio, fields: store, chosen: ["DEL1"] }, "STORE_NOT_CHOSEN"],
    [
      "the store taken away later",
      { source: ajio, fields: store, chosen: ["DEL1"], before: alone, confirm: yes },
      "STORE_NOT_CHOSEN",
    ],
    ["the store and another", { source: ajio, fields: store, chosen: ["DEL1", "BLR1"] }, "COMBINED_STOCK_UNCONFIRMED"],
    ["both, confirmed", { source: ajio, fields: store, chosen: ["DEL1", "BLR1"], confirm: yes }, null],
    [
      "both were chosen before the store was known",
      {
        ...{ source: ajio, fields: store, chosen: ["BLR1", "DEL1"] },
        before: { fields: {}, facilities: ["BLR1", "DEL1"] },
      },
      "COMBINED_STOCK_UNCONFIRMED",
    ],
    [
      "one is added",
      { source: ajio, fields: store, chosen: ["BLR1", "DEL1"], before: alone },
      "COMBINED_STOCK_UNCONFIRMED",
    ],
    ["nothing is added", { source: ajio, fields: store, chosen: ["DEL1", "BLR1"], before: both }, null],
    ["one is taken away", { source: ajio, fields: store, chosen: ["BLR1"], before: both }, null],
    [
      "a third is added",
      {
        ...{ source: ajio, fields: store, chosen: ["BLR1", "DEL1", "MUM1"], before: both },
      },
      "COMBINED_STOCK_UNCONFIRMED",
    ],
    [
      "the other becomes the store",
      { source: ajio, fields: { storeCode: "DEL1" }, chosen: ["BLR1", "DEL1"], before: both },
      null,
    ],
    ["every mapped one", { source: oker, fields: map, chosen: ["DEL1", "BLR1"] }, null],
    ["more than the mapped ones", { source: oker, fields: map, chosen: ["DEL1", "BLR1", "MUM1"] }, null],
    ["a mapped one is missing", { source: oker, fields: map, chosen: ["BLR1"] }, "MAPPED_FACILITY_NOT_CHOSEN"],
  ])("%s", (_, wish, code) => {
    const decided = decide(wish);
    expect(decided.ok ? null : decided.refusal.code).toBe(code);
  });
  it("get their warehouses from the map, and from nowhere else where there is one", () => {
    const decided = must(decide({ source: oker, fields: map, chosen: ["MUM1", "DEL1", "BLR1"] }));
    expect(decided.facilities).toEqual([
      { facilityId: idOf("MUM1"), channelWarehouse: null },
      { facilityId: idOf("DEL1"), channelWarehouse: "W2" },
      { facilityId: idOf("BLR1"), channelWarehouse: "W1" },
    ]);
    const typed = must(decide({ source: jupiterMoney, fields: {}, chosen: ["BLR1"] }));
    expect(typed.facilities).toEqual([{ facilityId: idOf("BLR1"), channelWarehouse: "typed" }]);
  });
  it("are refused in the words that people know", () => {
    const words = (wish: Case) => {
      const decided = decide(wish);
      return decided.ok ? null : explain(decided.refusal).message;
    };
    expect(words({ source: ajio, fields: store, chosen: ["DEL1"] })).toBe(
      "Store Code BLR1 is not among the facilities chosen for inventory sync.",
    );
    expect(words({ source: oker, fields: map, chosen: ["MUM1"] })).toBe(
      "BLR1, DEL1 of Warehouse Location is not among the facilities chosen for inventory sync.",
    );
    expect(words({ source: ajio, fields: store, chosen: ["BLR1", "DEL1"] })).toBe(
      `The stock of DEL1 would be published to C1 together with that of BLR1. ${ajio.rules.oneStore?.warning}`,
    );
  });
  it("say what was confirmed only where it had to be", () => {
    expect(must(decide({ source: ajio, fields: store, chosen: ["BLR1", "DEL1"], confirm: yes })).confirmed).toEqual(
      yes,
    );
    expect(must(decide({ source: ajio, fields: store, chosen: ["BLR1"], confirm: yes })).confirmed).toEqual([]);
  });
  it("the store is where orders are allocated", () => {
    expect(storeOf(ajio, store)).toBe("BLR1");
    expect(storeOf(ajio, {})).toBeNull();
    expect(storeOf(oker, store)).toBeNull();
  });
});
