import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { callOffReturn, type ReturnCaseId } from "../../src/returns/index.ts";
import { hearOrders } from "../../src/status-sync/hear.ts";
import { waitingJobs } from "../support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { aPanelSource, PANEL_SOURCE } from "../support/panel-scene.ts";
import { casesOf, gone } from "../support/return-builders.ts";
import { aShop } from "../support/shop-builders.ts";

aPanelSource();

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  t.clock.set(TEST_MORNING);
});
afterAll(() => t.close());

it("a return that its channel has called off waits for nobody any more, whatever stands of the order beside it", async () => {
  const shop = await aShop(t, { source: PANEL_SOURCE, stock: 10 });
  const ctx = t.ctx(shop.tenantId);
  await gone(t, shop, { delivered: true });
  const says = (word: Partial<ReportedOrder["lines"][number]>) =>
    hearOrders(ctx, { channelId: shop.channelId, source: PANEL_SOURCE, via: "FEED", changedAfter: null }, [
      {
        channelOrderId: "JM-1",
        lines: [
          {
            ...{ channelOrderItemId: "JM-1-L1", status: "CIR", raw: "CREATED", channelReturnId: "R-1" },
            ...{ returnReason: null, returnAwb: null, returnCourier: null, ...word },
          },
        ],
      },
    ]);
  const calledOff = { status: "DELIVERED", raw: "CANCELLED", returnCalledOff: true } as const;
  await says(calledOff);
  expect(await waitingJobs(t, "returns.call_off"), "of a return that is not here there is nothing to do").toEqual([]);
  expect(await says({})).toMatchObject({ changed: 1 });
  await says({ status: "DELIVERED", raw: "DELIVERED" });
  expect(await waitingJobs(t, "returns.call_off"), "what is delivered says nothing of its return").toEqual([]);
  await says(calledOff);
  await says(calledOff);
  expect(await waitingJobs(t, "returns.call_off")).toHaveLength(1);
  const [made] = await casesOf(t, shop.tenantId);
  await callOffReturn(ctx, made?.id as ReturnCaseId);
  expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "CIR", state: "CANCELLED" }]);
  expect((await says({})).changed, "the announcement told again makes none anew").toBe(0);
  expect(await casesOf(t, shop.tenantId)).toHaveLength(1);
});

it("a return that was called off before it could be announced is announced no more", async () => {
  const shop = await aShop(t, { source: PANEL_SOURCE, stock: 10 });
  const ctx = t.ctx(shop.tenantId);
  const says = (status: "CIR" | "DELIVERED", id: string, more: Partial<ReportedOrder["lines"][number]> = {}) =>
    hearOrders(ctx, { channelId: shop.channelId, source: PANEL_SOURCE, via: "FEED", changedAfter: null }, [
      {
        channelOrderId: "JM-9", // which is not here yet
        lines: [
          {
            ...{ channelOrderItemId: "JM-9-L1", status, raw: status, channelReturnId: id },
            ...{ returnReason: null, returnAwb: null, returnCourier: null, ...more },
          },
        ],
      },
    ]);
  await says("CIR", "R-1");
  await says("CIR", "R-2");
  await says("DELIVERED", "R-1", { returnCalledOff: true });
  const words = await t.raw<{ id: string; outcome: string }>(
    "select channel_return_id as id, outcome from godown.channel_word where tenant_id = $1 and status = 'CIR' order by 1",
    [shop.tenantId],
  );
  expect(words).toEqual([
    { id: "R-1", outcome: "KNOWN" },
    { id: "R-2", outcome: "WAITING" },
  ]);
});
