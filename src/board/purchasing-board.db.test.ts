import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aBuyer, aGrn, aPurchaseOrder, type Buyer } from "../../tests/support/purchasing-builders.ts";
import type { FacilityId } from "../kernel/index.ts";
import { findByCode } from "./queries.ts";
import { boardRoutes } from "./routes.ts";

let t: TestDatabase;
let buyer: Buyer;
beforeAll(async () => {
  t = await testDatabase();
  buyer = await aBuyer(t);
});
afterAll(() => t.close());

async function counts(facilities: "all" | FacilityId[]): Promise<Record<string, number>> {
  const route = boardRoutes.find((each) => each.path === "/board");
  if (!route) throw new Error("there is a board");
  const input = { params: {}, query: route.query?.parse({}), body: undefined };
  const answer: unknown = await route.handle(t.ctx(buyer.tenantId, { facilities }), input);
  const { queues } = z.object({ queues: z.array(z.object({ key: z.string(), count: z.number() })) }).parse(answer);
  return Object.fromEntries(queues.filter(({ count }) => count > 0).map(({ key, count }) => [key, count]));
}

describe("what is bought, on the board", () => {
  it("is counted where it waits for a person, and found by its code, by those who work there", async () => {
    await aPurchaseOrder(t, buyer, { approved: false });
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    const elsewhere = [await aFacility(t.db, buyer.tenantId)];
    expect(await counts("all")).toEqual({ purchaseOrdersToApprove: 1, grnsOpen: 1 });
    expect(await counts(elsewhere)).toEqual({});
    const found = (scope: "all" | FacilityId[], code: string) =>
      t.db.read(buyer.tenantId, async (tx) => (await findByCode(tx, scope, code)).map(({ type, id }) => [type, id]));
    expect(await found("all", "PO-100002")).toEqual([["PURCHASE_ORDER", purchaseOrderId]]);
    expect(await found("all", "GRN-100001")).toEqual([["GRN", grnId]]);
    expect(await found(elsewhere, "PO-100002")).toEqual([]);
    expect(await found(elsewhere, "GRN-100001")).toEqual([]);
  });
});
