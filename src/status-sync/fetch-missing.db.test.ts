/** Orders of which a channel has spoken and that no list of new orders has shown: they are asked for by their ids. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop } from "../../tests/support/shop-builders.ts";
import { runSync } from "../channels/index.ts";
import { applyDue } from "./hear.ts";
import { statusHandler } from "./sync.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  t.clock.set(TEST_MORNING);
});
afterAll(() => t.close());

it("they are, those never asked for first, the others less and less often; what was said of one waits no longer than for it", async () => {
  const source = await aChangesSource(`MISSING_${next()}`, { whole: true });
  try {
    const shop = await aShop(t, { source: source.id });
    const ctx = () => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
    const cancelled = (order: string) =>
      source.changes.push({
        ...{ feed: "cancelled", order, line: `${order}-L1`, status: "CANCELLED", at: t.clock.now().toString() },
      });
    const wanted = {
      channelId: shop.channelId,
      kind: "STATUS_CANCELLED",
      trigger: "SCHEDULE",
      syncRunId: null,
    } as const;
    cancelled("O-1");
    cancelled("O-2");
    const minutes: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const before = source.looked.length;
      if (minute === 30) cancelled("O-3");
      await runSync(ctx(), wanted, statusHandler("STATUS_CANCELLED"));
      if (source.looked.length > before) minutes.push(minute);
      t.clock.advance({ minutes: 1 });
    }
    expect(minutes, "O-3 from the thirtieth on").toEqual([0, 2, 6, 14, 29, 30, 32, 36, 44, 59]);
    expect(source.looked.filter((id) => id === "O-1")).toHaveLength(6);
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }], { id: "O-1" })]);
    await applyDue(ctx(), shop.channelId);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).toEqual(["CANCELLED"]);
  } finally {
    await source.close();
  }
});

it("they are looked for in lists only where something of them left: no list has what was cancelled as a whole", async () => {
  const source = await aChangesSource(`MISSING_${next()}`, { whole: "by lists" });
  try {
    const shop = await aShop(t, { source: source.id });
    const at = t.clock.now().toString();
    source.changes.push({ feed: "cancelled", order: "O-1", line: "O-1-L1", status: "CANCELLED", at });
    source.changes.push({ feed: "cancelled", order: "O-2", line: "O-2-L1", status: "CANCELLED", at });
    source.changes.push({ feed: "shipped", order: "O-2", line: "O-2-L2", status: "DISPATCHED", at });
    const kind = "STATUS_CANCELLED";
    const ctx = t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
    const wanted = { channelId: shop.channelId, kind, trigger: "SCHEDULE", syncRunId: null } as const;
    await runSync(ctx, wanted, statusHandler(kind));
    expect(source.looked).toEqual(["O-2"]);
  } finally {
    await source.close();
  }
});
