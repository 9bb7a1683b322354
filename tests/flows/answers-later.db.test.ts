import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChannelAnswer, StockLine } from "../../connectors/kit/index.ts";
import { alarmChecks as channelAlarms, markDirty, repeatNotice, settleByPerson } from "../../src/channels/index.ts";
import { nextLook } from "../../src/channels/notice.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { applyChannelCancel, requestCancel } from "../../src/fulfilment/index.ts";
import { stockResultChecks } from "../../src/inventory/index.ts";
import { pushInventory } from "../../src/inventory/publish/push.handler.ts";
import { nextResultLook, readStockResults } from "../../src/inventory/publish/stock-results.ts";
import { must, type SaleOrderId } from "../../src/kernel/index.ts";
import type { AlarmCheck } from "../../src/platform/alarms.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { noticesOf } from "../support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { stock } from "../support/inventory-builders.ts";
import { aListing, aPushOrder } from "../support/order-builders.ts";
import { OwnSource, reportedAs, said } from "../support/own-source.ts";
import { aShop, packagesFor, type Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let source: OwnSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source = new OwnSource("JUDGES_LATER", {
    capabilities: {
      ...{ cancel: { level: "quantity" }, readStatuses: { batchMax: 10 } },
      ...{ pushInventory: { batchMax: 25, facilityWise: false }, readStockResult: true },
    },
    rules: { sellerCancel: "dispatched", channelCancel: "dispatched", stockAfterCancel: "push-again" },
  });
  shop = await aShop(t, { source: source.id, stock: 10 });
  source.answers({ pushInventory: () => said(done), cancel: () => said(taken) });
});

const ctx = (over: Partial<Ctx> = {}): Ctx => ({ ...source.ctx(t, shop.tenantId), ...over });
const later = (minutes: number) => t.clock.advance({ minutes });
const done: ChannelAnswer = { status: "SUCCESS", results: [], message: null };
const taken: ChannelAnswer = { status: "TAKEN", ticket: "T-1", results: [], message: "submitted" };
const alarmsOf = async (checks: readonly AlarmCheck[], kind: string) => {
  const found = await t.db.read(shop.tenantId, (tx) =>
    Promise.all(checks.filter((each) => each.kinds.includes(kind)).map((each) => each.check(ctx(), tx))),
  );
  return found.flat().map((alarm) => alarm.kind);
};

describe("a cancellation that the channel takes to decide later", () => {
  let saleOrderId: SaleOrderId;
  let order: string;
  let line: string;
  const says = (status: Parameters<typeof reportedAs>[2]) =>
    source.answers({ readStatuses: () => said({ orders: [reportedAs(order, [line], status)], rejected: [] }) });
  const send = () => sendNotices(ctx({ now: t.clock.now() }), { channelId: shop.channelId, saleOrderId });
  const notice = async () => (await noticesOf(t, shop.tenantId, saleOrderId)).find((each) => each.kind === "CANCEL");
  const units = () =>
    t.raw<{ state: string; asked: boolean }>(
      "select state, cancel_requested_at is not null as asked from godown.sale_order_item where sale_order_id = $1",
      [saleOrderId],
    );

  beforeEach(async () => {
    const body = aPushOrder([{ productId: shop.productId, quantity: 2 }]);
    order = body.id;
    line = body.orderItems[0]?.orderItemId ?? "";
    await packagesFor(t, shop, [body]);
    const [row] = await t.raw<{ id: SaleOrderId }>(
      "select sale_order_id as id from godown.sale_order where tenant_id = $1 and channel_order_id = $2",
      [shop.tenantId, body.id],
    );
    saleOrderId = row?.id as SaleOrderId;
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        requestCancel(tx, ctx(), { saleOrderId, unitIds: null, reason: "out of stock" }),
      ),
    );
    says("OPEN");
  });

  it("waits until the channel says so, is asked about in growing pauses, and never sent twice", async () => {
    await send();
    expect(await notice()).toMatchObject({ state: "UNKNOWN", needsPerson: false, message: "submitted" });
    expect(await units()).toEqual(Array(2).fill({ state: "FULFILLABLE", asked: true }));
    await send();
    expect(source.asked("readStatuses")).toHaveLength(0);
    later(1);
    await send();
    await send();
    expect([source.asked("cancel").length, source.asked("readStatuses").length]).toEqual([1, 1]);
    expect(await notice()).toMatchObject({ state: "UNKNOWN", needsPerson: false });
    later(10);
    says("CANCELLED");
    await send();
    expect(source.asked("cancel")).toHaveLength(1);
    expect(await notice()).toMatchObject({ state: "SENT" });
    expect((await units()).map((unit) => unit.state)).toEqual(["CANCELLED", "CANCELLED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("that it refuses leaves the units as they were, with its words for a person", async () => {
    await send();
    later(2);
    says("DISPATCHED");
    await send();
    expect(await notice()).toMatchObject({ state: "REFUSED" });
    expect(await units()).toEqual(Array(2).fill({ state: "FULFILLABLE", asked: false }));
    expect(source.asked("cancel")).toHaveLength(1);
  });

  it("that nothing is said of within an hour is a person's; until then nobody can send it again", async () => {
    await send();
    const id = (await notice())?.noticeId as never;
    expect(await repeatNotice(ctx(), id)).toMatchObject({ ok: false, refusal: { code: "NOTICE_NOT_REPEATABLE" } });
    for (let minute = 0; minute < 59; minute += 3) {
      later(3);
      await send();
    }
    expect(await notice()).toMatchObject({ state: "UNKNOWN", needsPerson: true });
    expect((await notice())?.message).toContain("took the cancellation and has not carried it out");
    expect(await alarmsOf(channelAlarms, "CANCEL_ANSWER_UNKNOWN")).toEqual(["CANCEL_ANSWER_UNKNOWN"]);
    expect(source.asked("cancel")).toHaveLength(1);
    expect(source.asked("readStatuses").length).toBeLessThan(16);
    must(await settleByPerson(ctx(), id, "SUCCESS"));
    expect((await units()).map((unit) => unit.state)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  it("that the status sync heard of first is over without asking", async () => {
    await send();
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        applyChannelCancel(tx, ctx(), {
          ...{ channelId: shop.channelId, channelOrderId: order, lines: null },
          reason: "cancelled on the channel",
        }),
      ),
    );
    later(1);
    await send();
    expect(source.asked("readStatuses")).toEqual([]);
    expect(await notice()).toMatchObject({ state: "SENT" });
  });

  it("is asked about at most every ten minutes, and over within the hour (property)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_599 }), (seconds) => {
        const now = TEST_MORNING.add({ seconds });
        const next = nextLook(TEST_MORNING, now);
        const pause = next?.since(now).total("seconds") ?? 0;
        expect(pause).toBeGreaterThan(0);
        expect(pause).toBeLessThanOrEqual(600);
        expect(seconds + pause).toBeLessThanOrEqual(3_600);
      }),
    );
    expect(nextLook(TEST_MORNING, TEST_MORNING.add({ minutes: 60 }))).toBeNull();
  });

  it("has the figure of its listing told again when it is over, though it is the one that was told last", async () => {
    const dirty = () => t.raw("select force from godown.listing_dirty where tenant_id = $1", [shop.tenantId]);
    await pushInventory(ctx(), shop.channelId);
    expect(await dirty()).toEqual([]);
    await send();
    later(1);
    says("CANCELLED");
    await send();
    expect(await dirty()).toEqual([{ force: true }]);
  });
});

describe("figures that a channel takes to judge later", () => {
  const push = () => pushInventory(ctx({ now: t.clock.now() }), shop.channelId);
  const look = () => readStockResults(ctx({ now: t.clock.now() }), shop.channelId);
  const change = (skuId = shop.skuId) => t.db.transaction(shop.tenantId, (tx) => markDirty(tx, { skuIds: [skuId] }));
  const takes = () => {
    let no = 0;
    source.answers({ pushInventory: () => said({ ...taken, ticket: `T-${++no}`, message: null }) });
  };
  const judges = (answer: ChannelAnswer) =>
    source.answers({ readStockResult: () => said({ state: "READY", value: answer }) });
  const notYet = () => source.answers({ readStockResult: () => said({ state: "NOT_YET", message: "in queue" }) });
  const listings = () =>
    t.raw<{
      product: string;
      published: number | null;
      outcome: string | null;
      message: string | null;
      dirty: boolean;
    }>(
      `select product_id as product, published, publish_outcome as outcome, publish_message as message,
         exists (select from godown.listing_dirty d where d.listing_id = l.listing_id) as dirty
       from godown.listing l where l.tenant_id = $1 order by created_at, listing_id`,
      [shop.tenantId],
    );
  const tickets = () =>
    t.raw<{ ticket: string; state: string; looks: number }>(
      "select ticket, state, looks from godown.stock_ticket where tenant_id = $1 order by seq",
      [shop.tenantId],
    );
  const told = (): StockLine[] => source.asked("pushInventory").flat();
  beforeEach(() => {
    takes();
    notYet();
  });

  it("are asked about soon, and shown as unknown until they are judged", async () => {
    await change();
    await push();
    expect(await listings()).toMatchObject([{ published: 10, outcome: "UNKNOWN", dirty: false }]);
    await look();
    expect(source.asked("readStockResult")).toEqual([]);
    later(1);
    await look();
    expect(await tickets()).toEqual([{ ticket: "T-1", state: "OPEN", looks: 1 }]);
    judges(done);
    later(1);
    await look();
    expect(source.asked("readStockResult")).toEqual(["T-1", "T-1"]);
    expect(await listings()).toMatchObject([{ published: 10, outcome: "ACCEPTED", message: null, dirty: false }]);
    expect(await tickets()).toEqual([{ ticket: "T-1", state: "JUDGED", looks: 2 }]);
  });

  it("show those that are refused with the channel's words, as at once; the others are accepted", async () => {
    await aListing(t, shop.tenantId, shop.channelId, shop.skuId, { productId: "SECOND" });
    await change();
    await push();
    const key = `${shop.productId}-V1`;
    judges({
      ...done,
      status: "PARTIAL_SUCCESS",
      results: [
        { key, accepted: false, message: "listing is inactive" },
        { key: "SECOND-V1", accepted: true, message: null },
      ],
    });
    later(1);
    await look();
    expect(await listings()).toEqual([
      { product: shop.productId, published: null, outcome: "REFUSED", message: "listing is inactive", dirty: false },
      { product: "SECOND", published: 10, outcome: "ACCEPTED", message: null, dirty: false },
    ]);
  });

  it("that changed since are told as usual; an older judgement says nothing of a newer figure", async () => {
    await change();
    await push();
    later(1);
    await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 5);
    await push();
    expect(told().map((line) => line.quantity)).toEqual([10, 15]);
    // In the order in which they were taken: the first is refused, and it is not the last word.
    source.answers({
      readStockResult: (ticket) =>
        said({ state: "READY", value: ticket === "T-1" ? { ...done, status: "FAILED", message: "too late" } : done }),
    });
    later(1);
    await look();
    expect(source.asked("readStockResult")).toEqual(["T-1", "T-2"]);
    expect(await listings()).toMatchObject([{ published: 15, outcome: "ACCEPTED", message: null, dirty: false }]);
  });

  it("that were overtaken by a figure taken at once are told once more: the channel comes to the older one last", async () => {
    await change();
    await push();
    source.answers({ pushInventory: () => said(done) });
    later(1);
    await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 5);
    await push();
    expect(await listings()).toMatchObject([{ published: 15, outcome: "ACCEPTED", dirty: false }]);
    judges(done);
    later(1);
    await look();
    expect(await listings()).toMatchObject([{ published: 15, outcome: "ACCEPTED", dirty: true }]);
    await push();
    expect(told().map((line) => line.quantity)).toEqual([10, 15, 15]);
    expect(await listings()).toMatchObject([{ published: 15, dirty: false }]);
  });

  it("that are never judged are given up after an hour, told again, and a person is told", async () => {
    await change();
    await push();
    for (let minute = 0; minute < 62; minute++) {
      later(1);
      await look();
    }
    expect(await tickets()).toMatchObject([{ state: "GIVEN_UP" }]);
    expect(source.asked("readStockResult").length).toBeLessThan(25);
    expect(await listings()).toMatchObject([{ outcome: "UNKNOWN", dirty: true }]);
    expect(await alarmsOf(stockResultChecks, "STOCK_RESULT_MISSING")).toEqual(["STOCK_RESULT_MISSING"]);
    await push();
    judges(done);
    later(1);
    await look();
    expect(await listings()).toMatchObject([{ published: 10, outcome: "ACCEPTED", dirty: false }]);
    expect(await alarmsOf(stockResultChecks, "STOCK_RESULT_MISSING")).toEqual([]);
  });

  it("without a ticket to ask with are told: that is all the channel will say", async () => {
    source.answers({ pushInventory: () => said({ status: "TAKEN", results: [], message: null }) });
    await change();
    await push();
    expect(await listings()).toMatchObject([{ published: 10, outcome: "ACCEPTED" }]);
    expect(await tickets()).toEqual([]);
  });

  it("are asked about first after half a minute, later every five, for an hour (property)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_599 }), (looks, seconds) => {
        const now = TEST_MORNING.add({ seconds });
        const pause = nextResultLook(TEST_MORNING, looks, now)?.since(now).total("seconds") ?? 0;
        expect(pause).toBeGreaterThanOrEqual(30);
        expect(pause).toBeLessThanOrEqual(300);
      }),
    );
    expect(nextResultLook(TEST_MORNING, 3, TEST_MORNING.add({ minutes: 60 }))).toBeNull();
  });
});
