import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fail, type OrdersPage } from "../../connectors/kit/index.ts";
import { changeOrder } from "../../src/fulfilment/index.ts";
import type { SaleOrderId } from "../../src/kernel/index.ts";
import { releaseOf } from "../../src/orders/release-due.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { waitingJobs } from "../support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { allocate, unitsOf } from "../support/fulfilment-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aPushOrder, type PushOrder } from "../support/order-builders.ts";
import { OwnSource, pulled, pullNow, reportedAs, said } from "../support/own-source.ts";
import { aShop, type Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let source: OwnSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source = new OwnSource("BY_CHANGES", {
    capabilities: {
      pullOrders: { statuses: ["CREATED"], windowDays: 7, by: "changed", overlapMinutes: 10, sweepEveryMinutes: 720 },
    },
    rules: { ordersArrive: "pull", channelCancel: "dispatched" },
  });
  shop = await aShop(t, { source: source.id, stock: 10 });
});

const ctx = (): Ctx => source.ctx(t, shop.tenantId);
const run = (trigger?: "PERSON") => pullNow(t, ctx(), shop.channelId, trigger);
const later = (minutes: number) => t.clock.advance({ minutes });
const at = (minutes: number) => TEST_MORNING.add({ minutes });
const order = (over: Partial<PushOrder> = {}) => aPushOrder([{ productId: shop.productId, quantity: 2 }], over);
const page = (orders: OrdersPage["orders"], over: Partial<OrdersPage> = {}): OrdersPage => ({
  ...{ orders, rejected: [], last: true },
  ...over,
});
const gives = (given: OrdersPage) => source.answers({ pullOrders: () => said(given) });
const pending = ({ id, orderItems }: PushOrder) => ({
  channelOrderId: id,
  lines: orderItems.map((line) => ({
    ...{ channelOrderItemId: line.orderItemId, quantity: line.quantity },
    ...{ channelProductId: `${line.productId}-V1`, channelSku: line.sku },
  })),
});
const orders = () =>
  t.raw<{ id: SaleOrderId; code: string; state: string; held: boolean; why: string | null }>(
    "select sale_order_id as id, code, state, on_hold as held, hold_reason as why from godown.sale_order where tenant_id = $1 order by created_at, code",
    [shop.tenantId],
  );
const kept = async () =>
  (
    await t.raw<{ state: string; kept: number }>(
      `select p.state, coalesce(sum(k.blocked), 0)::integer as kept from godown.pendency p left join godown.pendency_part k using (tenant_id, pendency_id)
       where p.tenant_id = $1 group by p.pendency_id, p.state order by p.pendency_id`,
      [shop.tenantId],
    )
  ).map((row) => `${row.state} ${row.kept}`);
const intake = async () =>
  (
    await t.raw<{ state: string; code: string | null }>(
      "select state, code from godown.intake where tenant_id = $1 order by received_at, intake_id",
      [shop.tenantId],
    )
  ).map((row) => `${row.state} ${row.code ?? ""}`.trim());

describe("a list of orders by their changes", () => {
  it("is read by the source's tokens, from where the source says that it was complete", async () => {
    const all = [order(), order(), order()];
    source.answers({
      pullOrders: ({ token }) => {
        const no = token === undefined ? 0 : Number(token.slice(1));
        const own = all[no];
        const through = at(-2 - (no % 2));
        return said(page(own ? [pulled(own)] : [], { last: no === 2, next: `t${no + 1}`, through }));
      },
    });
    expect(await run()).toMatchObject({
      ...{ state: "DONE", message: "3 orders read, 3 new." },
      cursor: { through: at(-3).toString(), sweptAt: TEST_MORNING.toString() },
    });
    const asked = () => source.asked("pullOrders");
    expect(asked().map(({ page: no, token }) => [no, token])).toEqual([
      [1, undefined],
      [2, "t1"],
      [3, "t2"],
    ]);
    expect(asked()[0]?.from).toEqual(TEST_MORNING.subtract({ hours: 7 * 24 }));
    later(60);
    gives(page([]));
    await run();
    // By its own overlap, and no sweep within the hour: it declares twelve hours.
    expect(asked().at(-1)).toMatchObject({ from: at(-13), to: at(60) });
    later(660);
    await run();
    expect(asked().at(-1)?.from).toEqual(at(720).subtract({ hours: 7 * 24 }));
  });

  it("that breaks off is read on from the page that did not come; what is new comes before all days", async () => {
    const all = [order(), order(), order()];
    gives(page([]));
    await run();
    later(720); // all days are due
    const [first, second, third] = all.map((each) => pulled(each));
    if (!first || !second || !third) throw new Error("three orders are made");
    let left = 2;
    source.answers({
      pullOrders: ({ token, from }) => {
        const whole = Temporal.Instant.compare(from, at(-60)) < 0;
        if (left-- <= 0) return fail({ reached: "no", kind: "throttle", retryAfterMs: 60_000 });
        if (!whole) return said(page([first], { through: at(718) }));
        if (token === undefined) return said(page([first, second], { last: false, next: "t1", through: at(717) }));
        return said(page([third]));
      },
    });
    const asked = () => source.asked("pullOrders").map(({ page: no, token, from }) => [no, token, from.toString()]);
    const before = asked().length;
    const [news, days] = [at(-10).toString(), at(720).subtract({ hours: 168 }).toString()];
    expect(await run()).toMatchObject({
      ...{ state: "DONE", message: "3 orders read, 2 new. All days are read on as calls are left over." },
      cursor: { through: at(718).toString(), sweptAt: at(0).toString(), all: { page: 2, token: "t1" } },
    });
    expect(asked().slice(before)).toEqual([
      [1, undefined, news],
      [1, undefined, days],
      [2, "t1", days],
    ]);
    later(5);
    left = 10;
    expect(await run()).toMatchObject({ state: "DONE", message: "2 orders read, 1 new." });
    expect(asked().slice(before + 3)).toEqual([
      [1, undefined, at(708).toString()],
      [2, "t1", days],
    ]);
    expect((await orders()).length).toBe(3);
    later(5);
    const { cursor } = await run();
    expect(cursor).toEqual({ through: at(718).toString(), sweptAt: at(720).toString() });
  });

  it("of what is new that breaks off begins anew where the source refuses its token", async () => {
    const [first, second] = [pulled(order()), pulled(order())];
    gives(page([]));
    await run();
    later(5);
    let kind: "throttle" | "refused" | null = "throttle";
    source.answers({
      pullOrders: ({ token }) => {
        if (token === undefined) return said(page([first], { last: false, next: "t1" }));
        return kind === null ? said(page([second])) : fail({ reached: "yes", kind });
      },
    });
    expect(await run()).toMatchObject({ state: "FAILED", cursor: { news: { page: 2, token: "t1" } } });
    kind = "refused";
    later(1);
    expect(await run()).toMatchObject({ state: "FAILED" });
    expect(source.asked("pullOrders").at(-1)).toMatchObject({ page: 2, token: "t1", to: at(5) });
    kind = null;
    later(1);
    expect(await run()).toMatchObject({ state: "DONE", message: "2 orders read, 1 new." });
    expect(await orders()).toHaveLength(2);
  });

  it("whose page fails twice in a row begins anew: what came since is not kept waiting behind it", async () => {
    const [first, since] = [pulled(order()), pulled(order())];
    gives(page([]));
    await run();
    later(5);
    let news = [first];
    source.answers({
      pullOrders: ({ token }) =>
        token === undefined
          ? said(page(news, { last: false, next: "t1" }))
          : fail({ reached: "yes", kind: "transient", channelMessage: "broken" }),
    });
    expect(await run()).toMatchObject({ state: "FAILED", cursor: { news: { page: 2 } } });
    later(1);
    news = [since, first];
    expect((await run()).cursor).not.toHaveProperty("news");
    expect(await orders()).toHaveLength(1);
    later(1);
    expect(await run()).toMatchObject({ state: "FAILED", message: expect.stringContaining("1 new") });
    expect(await orders()).toHaveLength(2);
  });

  it("shows older copies of an order too: they undo nothing", async () => {
    const body = order();
    const held: PushOrder = { ...body, orderItems: body.orderItems.map((line) => ({ ...line, onHold: true })) };
    gives(page([pulled(body, { changedAt: at(-5) })]));
    await run();
    gives(page([pulled(held, { changedAt: at(-6) })]));
    await run();
    expect(await orders()).toMatchObject([{ held: false }]);
    gives(page([pulled(held, { changedAt: at(-4) })]));
    await run();
    expect(await orders()).toMatchObject([{ held: true }]);
    // Neither what a copy says of its lines is heard.
    const [line] = body.orderItems;
    const gone = reportedAs(body.id, [line?.orderItemId ?? ""], "CANCELLED");
    gives(page([pulled(held, { changedAt: at(-5), reported: gone })]));
    await run();
    expect(await orders()).toMatchObject([{ state: "CREATED" }]);
    gives(page([pulled(held, { changedAt: at(-3), reported: gone })]));
    await run();
    expect(await orders()).toMatchObject([{ state: "CANCELLED" }]);
  });

  it("that shows an order as cancelled before it came here notes it; an older copy does not make it", async () => {
    const body = order();
    gives(page([pulled({ ...body, orderStatus: "CANCELLED" }, { changedAt: at(-1) })]));
    await run();
    gives(page([pulled(body, { changedAt: at(-2) })]));
    await run();
    expect(await orders()).toEqual([]);
    expect(await intake()).toEqual(["IGNORED ALL_LINES_CANCELLED"]);
  });
});

describe("an order that nobody may process yet, in the list of the others", () => {
  it("keeps its stock, and gets it when it comes as an order", async () => {
    const body = order();
    gives(page([], { pending: [pending(body)] }));
    expect((await run()).message).toBe("0 orders read, 0 new, 1 order under review, 2 of 2 units kept.");
    expect([await orders(), await kept()]).toEqual([[], ["OPEN 2"]]);
    later(5);
    gives(page([pulled(body)]));
    await run();
    expect(await kept()).toEqual(["ARRIVED 2"]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    expect(await kept()).toEqual(["ARRIVED 0"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("frees its stock when it comes as cancelled", async () => {
    const body = order();
    gives(page([], { pending: [pending(body)] }));
    await run();
    gives(page([pulled({ ...body, orderStatus: "CANCELLED" })]));
    await run();
    expect(await kept()).toEqual(["DROPPED 0"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("frees it when no reading of all days has shown it for a day; one that waits here for something keeps it", async () => {
    const [silent, shown, unmapped] = [
      order(),
      order(),
      aPushOrder([{ productId: shop.productId }, { productId: "NEW" }]),
    ];
    gives(page([], { pending: [silent, shown, unmapped].map(pending) }));
    await run();
    gives(page([pulled(unmapped)], { pending: [pending(shown)] }));
    later(23 * 60);
    await run("PERSON");
    expect(await kept()).toEqual(["OPEN 2", "OPEN 2", "OPEN 1"]);
    later(2 * 60);
    await run("PERSON");
    expect(await kept()).toEqual(["DROPPED 0", "OPEN 2", "OPEN 1"]);
    await expectStockTrue(t, shop.tenantId);
  });
});

it("follows a deadline that the channel moves, and says so once", async () => {
  const body = order();
  const dispatchBy = () =>
    t.raw<{ at: string }>(
      "select to_char(dispatch_by at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI:SS') as at from godown.sale_order where tenant_id = $1",
      [shop.tenantId],
    );
  const moved = () =>
    t.raw<{ facts: unknown }>(
      "select facts from godown.order_event where tenant_id = $1 and kind = 'DISPATCH_BY_MOVED'",
      [shop.tenantId],
    );
  gives(page([pulled(body)]));
  await run();
  expect(await moved()).toEqual([]);
  const [before] = await dispatchBy();
  const sla = "2026-11-20 15:30:00";
  expect(before?.at).not.toBe(sla);
  gives(page([pulled({ ...body, sla })]));
  await run();
  await run();
  expect(await dispatchBy()).toEqual([{ at: sla }]);
  expect(await moved()).toMatchObject([{ facts: { to: "2026-11-20T10:00:00Z" } }]);
  expect(await orders()).toMatchObject([{ held: false }]);
});

describe("an order that may be processed from a moment on", () => {
  const unhold = (id: SaleOrderId) =>
    t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), id, { action: "unhold" }));
  const WHY = "The channel lets it be processed from a later moment";

  it("stands still until then, whoever asks, and goes on by itself", async () => {
    gives(page([pulled(order(), { actionableFrom: at(60) })]));
    await run();
    const [held] = await orders();
    expect(held).toMatchObject({ held: true, why: WHY });
    const tried = await unhold(held?.id as SaleOrderId);
    expect(tried).toMatchObject({ ok: false, refusal: { code: "ORDER_NOT_YET", facts: { from: "2026-11-20 11:00" } } });
    await allocate(t, shop.tenantId, shop.facilityId);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).toEqual(["CREATED", "CREATED"]);
    later(59);
    expect(await releaseOf(ctx())).toBe(0);
    later(1);
    expect(await releaseOf(ctx())).toBe(1);
    expect(await orders()).toMatchObject([{ held: false, why: null }]);
    expect(await waitingJobs(t, "fulfilment.allocate")).not.toEqual([]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    expect(await releaseOf(ctx())).toBe(0);
  });

  it("follows what a later read says of the moment", async () => {
    const body = order();
    gives(page([pulled(body)]));
    await run();
    expect(await orders()).toMatchObject([{ held: false }]);
    gives(page([pulled(body, { actionableFrom: at(60) })]));
    await run();
    expect(await orders()).toMatchObject([{ held: true, why: WHY }]);
    gives(page([pulled(body, { actionableFrom: at(120) })]));
    await run();
    later(60);
    expect(await releaseOf(ctx())).toBe(0);
    gives(page([pulled(body, { actionableFrom: at(30) })]));
    await run();
    expect(await orders()).toMatchObject([{ held: false, why: null }]);
  });

  it("that a person or the channel holds besides stands still for the last of them", async () => {
    const body = order();
    const held: PushOrder = { ...body, orderItems: body.orderItems.map((line) => ({ ...line, onHold: true })) };
    gives(page([pulled(held, { actionableFrom: at(60) })]));
    await run();
    expect(await orders()).toMatchObject([{ why: "The channel holds it" }]);
    gives(page([pulled(body, { actionableFrom: at(60) })]));
    await run();
    expect(await orders()).toMatchObject([{ held: true, why: WHY }]);
    gives(page([pulled(held, { actionableFrom: at(60) })]));
    await run();
    later(60);
    expect(await releaseOf(ctx())).toBe(1);
    expect(await orders()).toMatchObject([{ held: true, why: "The channel holds it" }]);
  });
});
