/** Orders that are asked about by their ids in place of lists: while one cannot be read, and where one leaves them out. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import {
  aChangesSource,
  type Change,
  type ChangesSource,
  type ChangesWish,
} from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { runSync } from "../channels/index.ts";
import { statusHandler, syncOrders } from "./sync.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => source.close());

/** A shop on a marketplace with these lists, and its orders of one line each. */
async function begin(wish: ChangesWish, ...ids: readonly string[]): Promise<void> {
  source = await aChangesSource(`CHANGES_${next()}`, wish);
  shop = await aShop(t, { source: source.id });
  const bodies = ids.map((id) => aPushOrder([{ productId: shop.productId }], { id }));
  await packagesFor(t, shop, bodies);
}
const later = (minutes: number) => t.clock.advance({ minutes });
const now = () => t.clock.now().toString();
async function run(kind: "ORDERS" | "STATUS_CANCELLED" | "STATUS_DELIVERED" = "STATUS_CANCELLED") {
  const ctx = t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
  const handler = kind === "ORDERS" ? syncOrders : statusHandler(kind);
  await runSync(ctx, { channelId: shop.channelId, kind, trigger: "SCHEDULE", syncRunId: null }, handler);
  const [row] = await t.raw<{ state: string; message: string | null }>(
    "select state, message from godown.sync_run where channel_id = $1 and kind = $2 order by started_at desc, sync_run_id desc limit 1",
    [shop.channelId, kind],
  );
  if (!row) throw new Error("a run was begun");
  return row;
}
async function places(): Promise<Record<string, unknown>> {
  const [row] = await t.raw<{ feeds: Record<string, unknown> }>(
    "select cursor -> 'feeds' as feeds from godown.sync_state where channel_id = $1 and kind = 'STATUS_CANCELLED'",
    [shop.channelId],
  );
  return row?.feeds ?? {};
}
/** The channel is asked so often, and next when so much time has passed. */
async function eachMinutes(minutes: number, kind: string): Promise<void> {
  await t.raw("update godown.channel set sync_every_minutes = $2 where channel_id = $1", [shop.channelId, minutes]);
  await t.raw("update godown.sync_state set next_run_at = $2 where channel_id = $1 and kind = $3", [
    ...[shop.channelId, t.clock.now().add({ minutes }).toString(), kind],
  ]);
}
/** In how many minutes the channel is asked next, at a pace of eight. */
async function nextIn(kind: "ORDERS" | "STATUS_CANCELLED" = "STATUS_CANCELLED"): Promise<number> {
  await run(kind);
  const [row] = await t.raw<{ at: Date }>(
    "select next_run_at as at from godown.sync_state where channel_id = $1 and kind = $2",
    [shop.channelId, kind],
  );
  const minutes = Math.round(((row?.at.getTime() ?? 0) - t.clock.now().epochMilliseconds) / 60_000);
  await t.raw("update godown.sync_state set next_run_at = next_run_at + interval '8 minutes' where channel_id = $1", [
    shop.channelId,
  ]);
  later(minutes);
  return minutes;
}
const states = async () => (await unitsOf(t, shop.tenantId)).map((unit) => unit.state);
const told = (feed: string, order: string, status: Change["status"]): Change => ({
  ...{ feed, order, line: `${order}-L1`, status, at: now() },
});
const failing = (feed: string) => {
  source.fault = (asked) => (asked.feed === feed ? 400 : null);
};

describe("a list that fails for long", () => {
  const ALL: ChangesWish = { rules: { reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] } };

  it("is stood in for by questions about open orders, until it is read again", async () => {
    await begin(ALL, "O-1", "O-2");
    await run();
    const begun = t.clock.now();
    failing("cancelled");
    source.changes.push(told("cancelled", "O-1", "CANCELLED"));
    for (let minute = 1; minute < 5; minute++) {
      later(1);
      expect(await run()).toMatchObject({ state: "PARTIAL" });
    }
    expect(source.askedIds).toEqual([]); // a failure or two is no reason to ask about every order
    later(1);
    expect((await run()).message).toMatch(
      /^cancelled: .*fault 400.* Orders are asked about by their ids instead of cancelled\. 1 status taken over\./,
    );
    expect(await states()).toEqual(["CANCELLED", "FULFILLABLE"]);
    expect(t.clock.now().since(begun).total("minutes")).toBeLessThan(10);
    expect(source.askedIds).toEqual([["O-1", "O-2"]]);
    later(1);
    await run();
    expect(source.askedIds).toEqual([["O-1", "O-2"], ["O-2"]]); // in each run, those that are open
    expect(await places()).toMatchObject({ "orders by id": { okAt: now() }, cancelled: { okAt: begun.toString() } });
    source.fault = () => null;
    later(1);
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(source.askedIds).toHaveLength(2);
    expect(Object.keys(await places()).toSorted()).toEqual(["cancelled", "shipped"]); // no lag is measured by what has ended
  });

  it("is stood in for at once where runs are so far apart that the next would be too late", async () => {
    await begin(ALL, "O-1");
    await run();
    failing("cancelled");
    source.changes.push(told("cancelled", "O-1", "CANCELLED"));
    later(8);
    await run();
    expect(await states()).toEqual(["CANCELLED"]);
  });

  it("of those that are hourly, after the second failure", async () => {
    await begin(ALL, "O-1");
    source.changes.push(told("shipped", "O-1", "DISPATCHED"));
    await run();
    await run("STATUS_DELIVERED");
    failing("ended");
    source.changes.push(told("ended", "O-1", "DELIVERED"));
    later(60);
    await run("STATUS_DELIVERED");
    expect(source.askedIds).toEqual([]);
    later(60);
    await run("STATUS_DELIVERED");
    expect(await states()).toEqual(["DELIVERED"]);
  });
});

describe("a list with a pace of its own that fails, where orders cannot be asked about", () => {
  it("is tried again in the next run, which comes sooner", async () => {
    const feed = {
      name: "cancelled",
      tells: ["CANCELLED"],
      overlapMinutes: 5,
      windowMinutesMax: 60,
      everyMinutes: 5,
    } as const;
    await begin({ feeds: [feed], rules: { reports: ["CANCELLED"] }, byId: false }, "O-1");
    await run();
    failing("cancelled");
    source.changes.push(told("cancelled", "O-1", "CANCELLED"));
    later(5);
    expect(await run()).toMatchObject({ state: "FAILED" });
    source.fault = () => null;
    later(1);
    await run();
    expect(await states()).toEqual(["CANCELLED"]);
  });
});

describe("a list of orders that alone tells what was cancelled, and fails", () => {
  const feeds = [{ name: "ended", tells: ["DELIVERED"], overlapMinutes: 60, windowMinutesMax: 1_440 }] as const;

  it("is stood in for by questions each minute, however long it is to be left alone and often it failed", async () => {
    await begin({ feeds, listTells: ["CANCELLED"], rules: { reports: ["CANCELLED", "DELIVERED"] } }, "O-1", "O-2");
    await run("ORDERS");
    later(8);
    await eachMinutes(8, "ORDERS");
    source.fault = ({ feed }) => (feed === "list" ? 429 : null);
    source.changes.push(told("ended", "O-1", "OPEN"));
    expect([await nextIn("ORDERS"), await nextIn("ORDERS"), await nextIn("ORDERS"), await nextIn("ORDERS")]).toEqual([
      1, 1, 1, 1,
    ]);
    source.fault = () => 400;
    expect(await nextIn("ORDERS"), "nothing is answered any more").toBe(8);
  });

  it("is stood in for by questions, which go on behind the last order that was answered", async () => {
    await begin(
      { feeds, listTells: ["CANCELLED"], rules: { reports: ["CANCELLED", "DELIVERED"] } },
      "O-1",
      "O-2",
      "O-3",
    );
    source.fault = ({ feed, nth }) => (feed === "list" || nth === 2 ? 400 : null); // the second question fails
    source.changes.push(told("ended", "O-3", "CANCELLED"));
    expect(await run("ORDERS")).toMatchObject({ state: "FAILED" });
    expect(source.askedIds).toEqual([["O-1", "O-2"], ["O-3"]]);
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE", "FULFILLABLE"]);
    later(1);
    await run("ORDERS");
    expect(source.askedIds.slice(2), "those that were not answered").toEqual([["O-3"]]);
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE", "CANCELLED"]);
    later(1);
    await run("ORDERS");
    expect(source.askedIds.slice(3), "all that are open, from the first on").toEqual([["O-1", "O-2"]]);
    source.fault = () => null;
    later(1);
    expect(await run("ORDERS")).toMatchObject({ state: "DONE" });
    expect(source.askedIds).toHaveLength(4);
  });
});

describe("a list of orders by their last change, which ends some minutes ago", () => {
  const feeds = [{ name: "ended", tells: ["DELIVERED"], overlapMinutes: 60, windowMinutesMax: 1_440 }] as const;
  const touch = (order: string, by: { readonly run: boolean }) =>
    t.raw(
      `insert into godown.exchange (tenant_id, exchange_id, channel_id, operation, direction, at, method, url, outcome, sale_order_id, sync_run_id)
       select o.tenant_id, gen_random_uuid(), o.channel_id, 'pack/pack', 'OUT', $3, 'POST', 'http://there/', 'OK', o.sale_order_id, case when $4 then gen_random_uuid() end
       from godown.sale_order o where o.channel_id = $1 and o.channel_order_id = $2`,
      [shop.channelId, order, now(), by.run],
    );
  beforeEach(async () => {
    const wish = { feeds, listTells: ["CANCELLED"], listBehindMinutes: 2 } as const;
    await begin({ ...wish, rules: { reports: ["CANCELLED", "DELIVERED"] } }, "O-1", "O-2", "O-3");
    await run("ORDERS");
    later(4);
  });

  it("hides what we changed since: such orders are asked about, until the list shows them", async () => {
    source.changes.push(told("ended", "O-2", "CANCELLED"));
    await touch("O-2", { run: false });
    await touch("O-3", { run: true }); // reading changes nothing
    later(1);
    expect(await run("ORDERS")).toMatchObject({
      state: "DONE",
      message: expect.stringContaining("1 status taken over."),
    });
    expect(source.askedIds).toEqual([["O-2"]]);
    expect(await states()).toEqual(["FULFILLABLE", "CANCELLED", "FULFILLABLE"]);
    await touch("O-1", { run: false });
    later(4);
    await run("ORDERS");
    expect(source.askedIds, "the list goes beyond it").toHaveLength(1);
  });

  it("is read again in a minute where that failed", async () => {
    await touch("O-1", { run: false });
    source.fault = ({ feed }) => (feed === "orders" ? 400 : null);
    await eachMinutes(8, "ORDERS");
    expect(await nextIn("ORDERS")).toBe(1);
    const [row] = await t.raw<{ state: string }>(
      "select state from godown.sync_run where channel_id = $1 and kind = 'ORDERS' order by started_at desc limit 1",
      [shop.channelId],
    );
    expect(row?.state).toBe("PARTIAL");
  });
});

describe("a run of which a part failed", () => {
  const every = { overlapMinutes: 5, windowMinutesMax: 60, everyMinutes: 5 } as const;
  const feeds = [
    { name: "cancelled", tells: ["CANCELLED"], ...every },
    { name: "shipped", tells: ["DISPATCHED"], ...every },
  ] as const;
  beforeEach(async () => {
    await begin({ feeds, rules: { reports: ["CANCELLED", "DISPATCHED"] }, byId: false }, "O-1");
    await run();
    await eachMinutes(8, "STATUS_CANCELLED");
  });

  it("comes again as soon as one that failed, and no sooner than usual where its list has failed for long", async () => {
    expect(await nextIn()).toBe(8);
    failing("cancelled");
    const minutes: number[] = [];
    for (let n = 0; n < 4; n++) minutes.push(await nextIn());
    expect(minutes).toEqual([1, 1, 8, 8]);
    source.fault = () => null;
    expect(await nextIn()).toBe(8);
  });
});

describe("a list of what is active", () => {
  const ACTIVE: ChangesWish = {
    feeds: [
      {
        name: "active",
        tells: ["CANCELLED", "DISPATCHED"],
        overlapMinutes: 600,
        windowMinutesMax: 6_000,
        holds: "active",
      },
      { name: "going", tells: ["DELIVERED"], overlapMinutes: 600, windowMinutesMax: 6_000, holds: "active" },
    ],
    rules: { reports: ["CANCELLED", "DISPATCHED", "DELIVERED"] },
  };
  /** It stands on both lists, or on none where they leave it out. */
  const show = (order: string, status: Change["status"], listed = true) => {
    const others = source.changes.filter((change) => change.order !== order);
    const feeds = listed ? ["active", "going"] : ["nowhere"];
    source.changes.splice(0, Infinity, ...others, ...feeds.map((feed) => told(feed, order, status)));
  };

  it("has orders asked about that it leaves out and that are not over here, and no others", async () => {
    await begin(ACTIVE, "O-1", "O-2", "O-3");
    for (const id of ["O-1", "O-2", "O-3"]) show(id, "OPEN");
    await run();
    expect(source.askedIds).toEqual([]);
    show("O-1", "CANCELLED", false);
    later(5);
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(source.askedIds).toEqual([["O-1"]]);
    expect(await states()).toEqual(["CANCELLED", "FULFILLABLE", "FULFILLABLE"]);
    later(5);
    await run();
    expect(source.askedIds, "it is over here too").toHaveLength(1);
  });

  it("of what travels with the hourly run, as long as it is not delivered here", async () => {
    await begin(ACTIVE, "O-1");
    show("O-1", "DISPATCHED");
    await run();
    expect(await states()).toEqual(["DISPATCHED"]);
    show("O-1", "DELIVERED", false);
    later(5);
    await run();
    expect(source.askedIds, "with each run only what is still here").toEqual([]);
    await run("STATUS_DELIVERED");
    expect(await states()).toEqual(["DELIVERED"]);
    later(60);
    await run("STATUS_DELIVERED");
    expect(source.askedIds).toEqual([["O-1"]]);
  });

  it("concludes nothing from a reading that did not come to its end", async () => {
    await begin(ACTIVE, "O-1");
    await run();
    source.askedIds.length = 0;
    failing("active");
    later(1);
    await run();
    expect(source.askedIds).toEqual([]);
  });
});
