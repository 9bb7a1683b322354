import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOrderRows } from "../../connectors/protocol/map/pulled.ts";
import { must } from "../../src/kernel/index.ts";
import { takePage } from "../../src/orders/take-page.ts";
import { aSku } from "../support/builders.ts";
import { aFieldScene } from "../support/custom-field-builders.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { aChannel, aListing, aPushOrder } from "../support/order-builders.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

describe("custom fields of a plain marketplace's orders", () => {
  it("on pages that are polled make no alarm and no statement more where nothing changed", async () => {
    const { tenantId, facilityId, define, sentOf } = await aFieldScene(t);
    must(await define("slot"));
    const own = await aChannel(t, tenantId, [facilityId], { code: "OWN", source: "MARKETPLACE" });
    await aListing(t, tenantId, own, await aSku(t.db, tenantId), { productId: "P9" });
    const page = (slot: string, info: string) => {
      const body = aPushOrder([{ productId: "P9" }], { id: "PULLED", additionalInfo: `{"seen":"${info}"}` });
      const orderItems = body.orderItems.map((item) => ({ ...item, status: "CREATED", title: "Pen" }));
      return readOrderRows([{ ...body, orderItems, customFieldValues: [{ name: "slot", value: slot }] }]);
    };
    const take = (slot: string, info: string) =>
      t.db.transaction(tenantId, (tx) =>
        takePage(tx, t.ctx(tenantId), { channelId: own, source: "MARKETPLACE" }, page(slot, info), {
          keepSaid: async () => undefined,
        }),
      );
    expect(await take("morning", "1")).toMatchObject({ made: 1 });
    expect(await take("evening", "2")).toMatchObject({ made: 0, unseen: 0 });
    expect((await sentOf("PULLED")).order).toEqual({ slot: "evening" });
    const rowsOf = () =>
      t.raw<{ xmax: string; at: string }>(
        `select xmin::text as xmax, written_at::text as at from godown.custom_field_value where tenant_id = $1 order by name`,
        [tenantId],
      );
    const before = await rowsOf();
    await take("evening", "2");
    expect(await rowsOf()).toEqual(before);
    const alarms = await t.raw(`select 1 from godown.order_exception where tenant_id = $1`, [tenantId]);
    expect(alarms).toEqual([]);
  });
});
