import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  doubtsIn,
  type PanelShop,
  statesIn,
} from "../../../tests/support/panel-scene.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import { invoicePackages } from "../../fulfilment/index.ts";
import { must, type Result } from "../../kernel/index.ts";
import type { HeardStatus, LineOutcome, OrderHeard } from "../adopt-seam.ts";
import { adoption } from "./index.ts";

aPanelSource();

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));

const ctx = () => t.ctx(shop.tenantId);
const heard = (
  status: HeardStatus,
  ...lines: readonly (readonly [line: number, quantity: number | null])[]
): OrderHeard => ({
  ...{ channelId: shop.channelId, channelOrderId: "A", parcels: [] },
  lines: lines.map(([line, quantity]) => ({
    ...{ channelOrderItemId: `A-L${line}`, status, raw: status, quantity, changedAt: null },
  })),
});
/** As the sync does: what waits keeps people from it in a transaction of its own. */
async function says(order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const cancelled = order.lines[0]?.status === "CANCELLED";
  const apply = cancelled ? adoption.adoptCancelled : adoption.adoptLeft;
  const done = await t.db.transaction(shop.tenantId, (tx) => apply(tx, ctx(), order));
  if (!done.ok)
    await t.db.transaction(shop.tenantId, async (tx) => adoption.holdWaiting(tx, ctx(), order, done.refusal));
  return done;
}
const words = async (said: ReturnType<typeof says>) =>
  must(await said).map((each) => `${each.channelOrderItemId} ${each.outcome}`);
const states = async () => (await statesIn(t, shop)).toSorted();

describe("one of three left, and its word waits", () => {
  beforeEach(async () => {
    shop = await aPanelShop(t, { series: null });
    await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 3 }]);
    await allocate(t, shop.tenantId, shop.facilityId);
  });

  it("all three are held, since nobody knows which; the other two go on when the series is there", async () => {
    const one = heard("DISPATCHED", [1, 1]);
    expect(await says(one)).toMatchObject({ ok: false, refusal: { code: "SERIES_MISSING" } });
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE held", "FULFILLABLE held"]);
    await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "P-" });
    expect(await words(says(one))).toEqual(["A-L1 ADOPTED"]);
    expect(await states()).toEqual(["DISPATCHED", "FULFILLABLE", "FULFILLABLE"]);
    const here = (await packagesOf(t, shop.tenantId)).filter((parcel) => parcel.state === "CREATED");
    const [packed] = await invoicePackages(ctx(), { packageIds: here.map((parcel) => parcel.id) });
    expect(packed?.outcome).toBe("DONE");
    await expectStockTrue(t, shop.tenantId);
  });

  it("what an open question names stays on hold", async () => {
    const onPanel = (rule: "ASK" | "ADOPT") =>
      t.raw("update godown.channel set dispatched_on_panel = $2 where tenant_id = $1", [shop.tenantId, rule]);
    await onPanel("ASK");
    expect(await words(says(heard("DISPATCHED", [1, null])))).toEqual(["A-L1 DOUBT"]);
    await onPanel("ADOPT");
    await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "P-" });
    expect(await words(says(heard("DISPATCHED", [1, 1])))).toEqual(["A-L1 ADOPTED"]);
    expect(await states()).toEqual(["DISPATCHED", "FULFILLABLE held", "FULFILLABLE held"]);
    expect((await doubtsIn(t, shop)).map((doubt) => doubt.kind)).toEqual(["DISPATCHED_ON_CHANNEL"]);
  });
});

describe("one line of an order is cancelled too late", () => {
  beforeEach(async () => {
    shop = await aPanelShop(t);
    await anOrder(t, shop, "A", [{ productId: shop.productId }, { productId: shop.productId }]);
    expect(await words(says(heard("DISPATCHED", [2, null])))).toEqual(["A-L2 ADOPTED"]);
  });
  const both = () => heard("CANCELLED", [1, null], [2, null]);

  it("the other is cancelled, and its word was applied", async () => {
    expect(await words(says(both()))).toEqual(["A-L1 APPLIED", "A-L2 DOUBT"]);
    expect(await states()).toEqual(["CANCELLED", "DISPATCHED"]);
    expect((await doubtsIn(t, shop)).map((doubt) => doubt.kind)).toEqual(["CANCEL_AFTER_DISPATCH"]);
    expect(await words(says(both())), "said again").toEqual(["A-L1 NOTHING", "A-L2 DOUBT"]);
    expect(await doubtsIn(t, shop)).toHaveLength(1);
  });

  it("and the other was asked about before: what is cancelled now is applied", async () => {
    expect(await words(says(heard("CANCELLED", [2, null])))).toEqual(["A-L2 DOUBT"]);
    expect(await words(says(both()))).toEqual(["A-L1 APPLIED", "A-L2 DOUBT"]);
  });
});
