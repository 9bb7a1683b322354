import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import type { Tamper } from "../../connectors/kit/simulator/index.ts";
import { readOrderRows } from "../../connectors/protocol/map/pulled.ts";
import { storePage } from "../../src/orders/take-page.ts";
import { applyDue } from "../../src/status-sync/hear.ts";
import { ordersHooks } from "../../src/status-sync/orders-hooks.ts";
import { measuredLags } from "../../src/status-sync/queries.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { unitsOf } from "../support/fulfilment-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { mapAll } from "../support/map-all.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { aPullScene, intakeOf, type PullScene, placeOrders, runOf } from "../support/pull-scene.ts";
import { aTaxClass } from "../support/shop-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

// Orders that are worked off on the marketplace's panel while they wait here for a mapping, or for the tenant's go-live.

let t: TestDatabase;
let scene: PullScene;
/** What the marketplace says of lines, by line. */
let words: Map<string, string>;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => {
  t.clock.set(TEST_MORNING);
  words = new Map();
});
afterEach(() => scene.sim.close());

interface WireOrder {
  readonly orderItems: readonly { readonly orderItemId: string }[];
}
const wordOf = (line: string) => (words.has(line) ? { status: words.get(line) } : {});
const speaking: Tamper = (call, answer) => {
  if (call.operation !== "getOrders") return answer;
  const { orders } = answer.body as { orders: readonly WireOrder[] }; // what the operation answers
  const said = orders.map((order) => ({
    ...order,
    orderItems: order.orderItems.map((item) => ({ ...item, ...wordOf(item.orderItemId) })),
  }));
  return { ...answer, unchecked: true, body: { orders: said } };
};
const begin = async (over: Parameters<typeof aPullScene>[1] = {}) => {
  scene = await aPullScene(t, { tamper: speaking, ...over });
  await aSeries(t, scene.tenantId, { facilityId: scene.facilityId });
  await aTaxClass(t, scene.tenantId, 500);
  t.clock.advance({ minutes: 1 });
};
const ctx = () => ({ ...scene.ctx, now: t.clock.now() });
const run = async () => {
  t.clock.advance({ minutes: 5 });
  return runOf(t, scene, "ORDERS", "PERSON");
};
/** What the job does that runs each minute: the channel is not asked. */
const minute = async () => {
  t.clock.advance({ minutes: 1 });
  await applyDue(ctx(), scene.channelId);
};
const units = async () => (await unitsOf(t, scene.tenantId)).map((u) => u.state);
const intake = async () => (await intakeOf(t, scene)).map((row) => `${row.state} ${row.code}`);

describe("an order that waits for its mapping", () => {
  it.each([
    { when: "after it was seen first", isSeenOpen: true, hours: 0 },
    { when: "before it was seen first", isSeenOpen: false, hours: 0 },
    { when: "days before it is mapped", isSeenOpen: true, hours: 75 },
  ])(
    "and is delivered from the panel $when is made when it is mapped, and follows at once",
    async ({ isSeenOpen, hours }) => {
      await begin({ skus: [] });
      const [id = ""] = await placeOrders(scene, 1);
      if (isSeenOpen) await run();
      words.set(`${id}-1`, "DISPATCHED");
      await run();
      words.set(`${id}-1`, "DELIVERED");
      await run();
      await run();
      expect(await intake()).toEqual(["FAILED LISTING_NOT_MAPPED"]);
      for (let hour = 0; hour < hours; hour++) {
        t.clock.advance({ hours: 1 });
        await minute();
      }
      await mapAll(t, ctx());
      expect(await intake()).toEqual(["CREATED null"]);
      await minute();
      expect(await units()).toEqual(["DELIVERED"]);
      const lags = await t.db.read(scene.tenantId, (tx) => measuredLags(tx, t.clock.now().subtract({ hours: 1 })));
      expect(Math.max(...lags.map((of) => of.maxSeconds)), "its words were not late: the order was").toBeLessThan(600);
      await expectStockTrue(t, scene.tenantId);
    },
  );

  it("and is cancelled on the panel in part is made when it is mapped, and that part is cancelled", async () => {
    await begin({ skus: [] });
    await take(2, { status: "CANCELLED", quantity: 1 });
    expect(await intake()).toEqual(["FAILED LISTING_NOT_MAPPED"]);
    await mapAll(t, ctx());
    await minute();
    expect((await units()).sort()).toEqual(["CANCELLED", "CREATED"]);
  });
});

it("an order that waits for the tenant's go-live is made then, and follows what was said of it", async () => {
  await begin();
  await t.raw("update godown.tenant set live = false, live_at = null where tenant_id = $1", [scene.tenantId]);
  await take(2, { status: "CANCELLED", quantity: 1 });
  expect(await intake()).toEqual(["RECEIVED TENANT_NOT_LIVE_ORDER_WAITS"]);
  await t.raw("update godown.tenant set live = true, live_at = $2 where tenant_id = $1", [
    scene.tenantId,
    t.clock.now().toString(),
  ]);
  await mapAll(t, ctx());
  await minute();
  expect((await units()).sort()).toEqual(["CANCELLED", "CREATED"]);
});

it("a line of which a part was cancelled before its order was seen first loses that part", async () => {
  await begin();
  await take(3, { status: "CANCELLED", quantity: 2 });
  await mapAll(t, ctx());
  await minute();
  expect((await units()).sort()).toEqual(["CANCELLED", "CANCELLED", "CREATED"]);
});

/** Takes a page with one order of one line of so many units, and what is said of it. */
async function take(quantity: number, said: { status: "CANCELLED"; quantity: number }): Promise<void> {
  const body = aPushOrder([{ productId: "P-1", quantity }], { id: "PART-1" });
  const orderItems = body.orderItems.map((item) => ({ ...item, status: "CREATED", title: "Pen" }));
  const page = readOrderRows([{ ...body, orderItems, customFieldValues: [] }]);
  const { channelId } = scene;
  const from = { channelId, source: "MARKETPLACE" };
  const orders = page.orders.map((order) => ({ ...order, reported: reported(order.reported, said) }));
  const hooks = ordersHooks({ ...from, via: "ORDERS", changedAfter: null });
  await storePage(ctx(), from, { ...page, last: true, orders }, hooks, async () => undefined);
}

function reported(of: ReportedOrder | null, said: { status: "CANCELLED"; quantity: number }): ReportedOrder {
  if (of === null) throw new Error("the source says how the lines of its orders stand");
  return { ...of, lines: of.lines.map((line) => ({ ...line, ...said, raw: said.status })) };
}
