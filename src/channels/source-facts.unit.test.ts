import { describe, expect, it } from "vitest";
import { amazon, jupiterMoney } from "../../tests/support/sources.ts";
import { toAbilities } from "./source-facts.ts";

describe("what a source can do, as the catalogue shows it", () => {
  it("has the statuses that come with its list of orders", () => {
    expect(toAbilities(amazon).tellsWithOrders).toEqual(["CANCELLED", "DISPATCHED", "DELIVERED"]);
    expect(toAbilities(jupiterMoney).tellsWithOrders).toEqual([]);
  });
});
