import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Tamper } from "../../connectors/kit/simulator/index.ts";
import { setFaults } from "../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, move, packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aServer, aUserWithRole, TestBrowser } from "../../tests/support/identity-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import {
  aPullScene,
  doubtsOf,
  intakeOf,
  ordersOf,
  type PullScene,
  placeOrders,
  runOf,
  STOLE,
  sendAll,
  settleDoubt,
  there,
} from "../../tests/support/pull-scene.ts";
import { aSeries } from "../../tests/support/warehouse-builders.ts";
import { changeOrder } from "../fulfilment/index.ts";
import { must, type SaleOrderId } from "../kernel/index.ts";
import { orderRoutes } from "../orders/index.ts";

let t: TestDatabase;
let scene: PullScene;
/** Words that the marketplace uses of lines, by line; others are told as they are. */
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
/** A marketplace that brings the words of lines up to date before that of their order. */
const speaking: Tamper = (call, answer) => {
  if (call.operation !== "getOrders") return answer;
  const { orders } = answer.body as { orders: readonly WireOrder[] }; // what the operation answers
  const said = orders.map((order) => ({
    ...order,
    orderItems: order.orderItems.map((item) => ({ ...item, ...wordOf(item.orderItemId) })),
  }));
  return { ...answer, unchecked: true, body: { orders: said } };
};
const wordOf = (line: string) => (words.has(line) ? { status: words.get(line) } : {});
const begin = async (over: Parameters<typeof aPullScene>[1] = {}) => {
  scene = await aPullScene(t, { tamper: speaking, ...over });
};
/** What left on the panel is not adopted: a person is asked. */
const asking = () =>
  t.raw("update godown.channel set dispatched_on_panel = 'ASK' where tenant_id = $1", [scene.tenantId]);
const run = async () => {
  t.clock.advance({ minutes: 5 });
  return runOf(t, scene, "ORDERS", "PERSON");
};
const allocateAll = () => allocate(t, scene.tenantId, scene.facilityId);
const stand = async () =>
  (await ordersOf(t, scene)).map((o) => `${o.state}${o.onHold ? ` held: ${o.holdReason}` : ""}`);
const units = async () => (await unitsOf(t, scene.tenantId)).map((u) => `${u.state}${u.onHold ? " held" : ""}`);
const events = async () =>
  (
    await t.raw<{ kind: string }>(
      "select kind from godown.order_event where tenant_id = $1 order by at, order_event_id",
      [scene.tenantId],
    )
  ).map((row) => row.kind);
const notices = async () =>
  (
    await t.raw<{ kind: string; state: string }>(
      "select kind, state from godown.channel_notice where tenant_id = $1 and kind = 'ACKNOWLEDGE' order by seq",
      [scene.tenantId],
    )
  ).map((n) => n.state);
const acknowledged = () =>
  (scene.sim.state().acknowledgements as { orderId: string; outcome: string }[]).map((a) => a.outcome);
const change = (id: SaleOrderId, action: "verify" | "unhold" | "hold") =>
  t.db.transaction(scene.tenantId, (tx) => changeOrder(tx, { ...scene.ctx, now: t.clock.now() }, id, { action }));
const onlyOrder = async () => {
  const [order, ...more] = await ordersOf(t, scene);
  if (!order || more.length > 0) throw new Error("there is one order");
  return order;
};
const settle = (choice: string) => settleDoubt(t, scene, choice);

describe("an order that waits for the seller's acceptance", () => {
  const waiting = { orderStatus: "PENDING_VERIFICATION" };

  it("is accepted by itself where the channel verifies orders by itself: told once, however often it is shown", async () => {
    await begin();
    await placeOrders(scene, 1, waiting);
    await run();
    await run();
    expect(await stand()).toEqual(["CREATED"]);
    await sendAll(t, scene);
    await sendAll(t, scene);
    expect(await notices()).toEqual(["SENT"]);
    expect(acknowledged()).toEqual(["SUCCESS"]);
    await run(); // it is among the others now
    expect(await ordersOf(t, scene)).toHaveLength(1);
    expect(await notices()).toEqual(["SENT"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("waits for a person here otherwise, and verifying it tells the channel", async () => {
    await begin({ autoVerify: false });
    await placeOrders(scene, 1, waiting);
    await run();
    expect(await stand()).toEqual(["PENDING_VERIFICATION"]);
    expect(await notices()).toEqual([]);
    const { id } = await onlyOrder();
    must(await change(id, "verify"));
    must(await change(id, "verify"));
    await sendAll(t, scene);
    expect(await notices()).toEqual(["SENT"]);
    expect(await events()).toEqual(["ORDER_RECEIVED", "ORDER_VERIFY", "ACCEPTANCE_TAKEN"]);
  });

  it("is verified here when somebody accepts it on the marketplace's panel", async () => {
    await begin({ autoVerify: false });
    const [id = ""] = await placeOrders(scene, 1, waiting);
    await run();
    await there(scene, id, "release");
    await run();
    await run();
    expect(await stand()).toEqual(["CREATED"]);
    expect(await notices()).toEqual([]);
    expect(await events()).toEqual(["ORDER_RECEIVED", "VERIFIED_ON_CHANNEL"]);
  });

  it("that came as accepted still waits for the person whom the seller wants to look at it", async () => {
    await begin({ autoVerify: false });
    await placeOrders(scene, 1);
    await run();
    await run();
    expect(await stand()).toEqual(["PENDING_VERIFICATION"]);
    must(await change((await onlyOrder()).id, "verify"));
    expect(await notices()).toEqual([]);
  });

  it("stands still when the channel refuses the acceptance, until it takes one", async () => {
    await begin();
    await placeOrders(scene, 1, waiting);
    await run();
    await setFaults(scene.sim, { kind: "failed", operation: "acknowledgeOrder", count: 1 });
    await sendAll(t, scene);
    expect(await notices()).toEqual(["REFUSED"]);
    expect(await stand()).toEqual(["CREATED held: The channel refused the seller's acceptance"]);
    const { code } = await onlyOrder();
    expect(await doubtsOf(t, scene)).toEqual([`ACCEPTANCE_REFUSED ${code}`]);
    await settle("RETRY");
    await sendAll(t, scene);
    expect(await notices()).toEqual(["REFUSED", "SENT"]);
    expect(await stand()).toEqual(["CREATED"]);
  });

  it("goes on by itself when the channel shows that it was accepted after all", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1, waiting);
    await run();
    await setFaults(scene.sim, { kind: "failed", operation: "acknowledgeOrder", count: 1 });
    await sendAll(t, scene);
    await there(scene, id, "release");
    await run();
    expect(await stand()).toEqual(["CREATED"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("is told again when the answer was lost: a repeat changes nothing", async () => {
    await begin();
    await placeOrders(scene, 1, waiting);
    await run();
    await setFaults(scene.sim, { kind: "5xx", operation: "acknowledgeOrder", processed: true, count: 1 });
    await sendAll(t, scene);
    await sendAll(t, scene);
    expect(await notices()).toEqual(["SENT"]);
    expect(await stand()).toEqual(["CREATED"]);
  });
});

describe("a hold of the channel", () => {
  const held = { items: [{ sku: STOLE, quantity: 1, onHold: true }] };

  it("is lifted here when it is lifted there", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1, held);
    await run();
    expect(await stand()).toEqual(["CREATED held: The channel holds it"]);
    await run();
    await there(scene, id, "release");
    await run();
    expect(await stand()).toEqual(["CREATED"]);
    expect(await events()).toEqual(["ORDER_RECEIVED", "RELEASED_ON_CHANNEL"]);
  });

  it("that a person took off stays off", async () => {
    await begin();
    await placeOrders(scene, 1, held);
    await run();
    must(await change((await onlyOrder()).id, "unhold"));
    await run();
    expect(await stand()).toEqual(["CREATED"]);
  });

  it("does not touch what the seller's setting holds", async () => {
    await begin({ createOnHold: true });
    const [id = ""] = await placeOrders(scene, 1, held);
    await run();
    await there(scene, id, "release");
    await run();
    expect(await stand()).toEqual(["CREATED held: The channel's settings hold new orders"]);
  });

  it("does not keep an order that waited for its mapping on hold for ever", async () => {
    await begin({ skus: [] });
    const [id = ""] = await placeOrders(scene, 1, held);
    await run();
    expect((await intakeOf(t, scene)).map((row) => row.code)).toEqual(["LISTING_NOT_MAPPED"]);
    await there(scene, id, "release");
    await run();
    const [entry] = await t.raw<{ raw: { orderItems: { onHold: boolean }[] } }>(
      "select raw from godown.intake where tenant_id = $1",
      [scene.tenantId],
    );
    expect(entry?.raw.orderItems.map((item) => item.onHold)).toEqual([false]);
  });
});

describe("lines that left on the channel's side", () => {
  it("before the channel was here: it becomes no order to ship, and stands in intake with the reason", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1, { placedMinutesAgo: 600 });
    words.set(`${id}-1`, "DISPATCHED");
    expect(await run()).toMatchObject({
      state: "DONE",
      message: expect.stringContaining("see Failed orders > Ignored"),
    });
    await run();
    expect(await ordersOf(t, scene)).toEqual([]);
    expect(await intakeOf(t, scene)).toEqual([{ order: id, state: "IGNORED", code: "SHIPPED_ON_CHANNEL", seen: 2 }]);
    const server = await aServer(t, { routes: orderRoutes });
    const person = new TestBrowser(server);
    await person.logIn((await aUserWithRole(t, scene.tenantId, "ORDER_DESK", "all")).username);
    const shown = await person.call("GET", "/intake?tab=ignored");
    expect(shown.json()).toMatchObject({ rows: [{ whatToDo: expect.stringContaining("adjustment") }] });
    await server.close();
  });

  it("since the channel is here, before the order was seen first: it is made, and what left is adopted once", async () => {
    await begin();
    await aSeries(t, scene.tenantId, { facilityId: scene.facilityId });
    t.clock.advance({ minutes: 1 });
    const [id = ""] = await placeOrders(scene, 1);
    words.set(`${id}-1`, "DISPATCHED");
    expect(await run()).toMatchObject({ state: "DONE" });
    await run();
    expect((await intakeOf(t, scene)).map((row) => row.state)).toEqual(["CREATED"]);
    const left = await t.raw(
      `select u.state, u.short, p.state as parcel, o.channel_order_id as id from godown.sale_order_item u
       join godown.sale_order o using (tenant_id, sale_order_id) join godown.shipping_package p using (tenant_id, shipping_package_id)
       where u.tenant_id = $1`,
      [scene.tenantId],
    );
    expect(left).toEqual([{ state: "DISPATCHED", short: false, parcel: "DISPATCHED", id }]);
  });

  it("of which some had left: the order is made, they are held, and the others go on", async () => {
    await begin();
    await asking();
    const [id = ""] = await placeOrders(scene, 1, {
      items: [
        { sku: STOLE, quantity: 1 },
        { sku: "BZ-DABBA-STEEL-3", quantity: 1 },
      ],
    });
    words.set(`${id}-1`, "DISPATCHED");
    await run();
    await allocateAll();
    expect(await units()).toEqual(["CREATED held", "FULFILLABLE"]);
    expect(await doubtsOf(t, scene)).toEqual([`DISPATCHED_ON_CHANNEL ${id}`]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("while their goods are here: held and asked about once, and a person who goes on is not asked again", async () => {
    await begin();
    await asking();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    words.set(`${id}-1`, "DISPATCHED");
    await run();
    await run();
    expect(await units()).toEqual(["FULFILLABLE held"]);
    expect(await doubtsOf(t, scene)).toEqual([`DISPATCHED_ON_CHANNEL ${id}`]);
    await settle("GO_ON");
    await run();
    expect(await units()).toEqual(["FULFILLABLE"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("while a parcel is packed: it cannot be labelled or handed over; sent elsewhere, its goods go to putaway", async () => {
    await begin();
    await asking();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    const [parcel] = await packagesOf(t, scene.tenantId);
    if (!parcel) throw new Error("a package was made");
    await move(t, scene.tenantId, [parcel.id], ["pack"]);
    words.set(`${id}-1`, "DELIVERED");
    await run();
    await expect(move(t, scene.tenantId, [parcel.id], ["label"])).rejects.toThrow(/PACKAGE_ON_HOLD/);
    expect(await doubtsOf(t, scene)).toEqual([`DISPATCHED_ON_CHANNEL ${id}`]);
    await settle("CANCEL_HERE");
    expect(await units()).toEqual(["CANCELLED"]);
    expect(await stand()).toEqual(["CANCELLED"]);
    await run();
    expect(await doubtsOf(t, scene)).toEqual([]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("by our own hand are no news", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    const [parcel] = await packagesOf(t, scene.tenantId);
    if (!parcel) throw new Error("a package was made");
    await move(t, scene.tenantId, [parcel.id], ["pack", "label", "manifest", "dispatch"]);
    words.set(`${id}-1`, "DISPATCHED");
    await run();
    expect(await units()).toEqual(["DISPATCHED"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("on a list that the channel is being asked for are our own doing", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    const [parcel] = await packagesOf(t, scene.tenantId);
    if (!parcel) throw new Error("a package was made");
    await move(t, scene.tenantId, [parcel.id], ["pack", "label", "manifest"]);
    await t.raw(
      `with m as (insert into godown.manifest (tenant_id, manifest_id, code, facility_id, channel_id, third_party_shipping, state, created_at, created_by, asking_until)
         values ($1, gen_random_uuid(), 'M-1', $2, $3, true, 'CREATED', now(), 'test', now()) returning manifest_id)
       insert into godown.manifest_package (tenant_id, manifest_id, shipping_package_id, added_at, added_by) select $1, manifest_id, $4, now(), 'test' from m`,
      [scene.tenantId, scene.facilityId, scene.channelId, parcel.id],
    );
    words.set(`${id}-1`, "DISPATCHED");
    await run();
    expect(await units()).toEqual(["MANIFESTED"]);
    await t.raw("update godown.manifest set asking_until = null where tenant_id = $1", [scene.tenantId]);
    await run();
    expect(await units()).toEqual(["MANIFESTED held"]);
  });
});

it("a cancellation that a pulled order carries is taken once", async () => {
  await begin();
  const [id = ""] = await placeOrders(scene, 1, {
    items: [
      { sku: STOLE, quantity: 1 },
      { sku: "BZ-DABBA-STEEL-3", quantity: 1 },
    ],
  });
  await run();
  await there(scene, id, "cancel", { items: [{ orderItemId: `${id}-1` }] });
  await run();
  await run();
  expect(await units()).toEqual(["CANCELLED", "CREATED"]);
  expect((await events()).filter((kind) => kind === "UNITS_CANCELLED")).toHaveLength(1);
});
