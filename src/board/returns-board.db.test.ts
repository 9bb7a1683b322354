import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { announced, casesOf, gone } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import type { FacilityId } from "../kernel/index.ts";
import { findByCode } from "./queries.ts";
import { boardRoutes } from "./routes.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  shop = await aShop(t);
});
afterAll(() => t.close());

const returnQueues = ["rtoExpected", "rtoExpected8to15", "rtoExpectedOver15", "reversePickups", "pendingRtoInvoice"];

async function counts(facilities: "all" | FacilityId[]): Promise<Record<string, number>> {
  const route = boardRoutes.find((each) => each.path === "/board");
  if (!route) throw new Error("there is a board");
  const input = { params: {}, query: route.query?.parse({}), body: undefined };
  const answer: unknown = await route.handle(t.ctx(shop.tenantId, { facilities }), input);
  const { queues } = z.object({ queues: z.array(z.object({ key: z.string(), count: z.number() })) }).parse(answer);
  return Object.fromEntries(
    queues.filter(({ key, count }) => count > 0 && returnQueues.includes(key)).map(({ key, count }) => [key, count]),
  );
}

describe("what comes back, on the board", () => {
  it("is counted by its age, and found by its codes, by those who work there", async () => {
    const days = (n: number) => TEST_MORNING.subtract({ hours: 24 * n });
    for (const [id, age] of [
      ["JM-1", 3],
      ["JM-2", 8],
      ["JM-3", 20],
    ] as const) {
      await gone(t, shop, { id });
      await announced(t, shop, { channelOrderId: id, at: days(age) });
    }
    await gone(t, shop, { id: "JM-4", delivered: true });
    await announced(t, shop, { channelOrderId: "JM-4", kind: "CIR", channelReturnId: "CR-77", awb: "BACK-77" });
    expect(await counts("all")).toEqual({
      ...{ rtoExpected: 3, rtoExpected8to15: 1, rtoExpectedOver15: 1, reversePickups: 1 },
    });
    const elsewhere = [await aFacility(t.db, shop.tenantId)];
    expect(await counts(elsewhere)).toEqual({});
    expect(await counts([shop.facilityId])).toEqual(await counts("all"));

    const found = (scope: "all" | FacilityId[], code: string) =>
      t.db.read(shop.tenantId, async (tx) => (await findByCode(tx, scope, code)).map(({ type, id }) => [type, id]));
    const cases = await casesOf(t, shop.tenantId);
    const back = cases.find(({ kind }) => kind === "CIR");
    const turned = cases.find(({ kind }) => kind === "RTO");
    for (const code of [back?.code ?? "", "CR-77", "BACK-77"])
      expect(await found("all", code), code).toEqual([["RETURN", back?.id]]);
    expect(await found("all", turned?.code ?? "")).toEqual([["RETURN", turned?.id]]);
    expect(await found(elsewhere, "CR-77")).toEqual([]);
  });
});
