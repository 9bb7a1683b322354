import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import {
  aChangesSource,
  type Change,
  type ChangesSource,
  type ChangesWish,
} from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { move, packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { aSeries } from "../../tests/support/warehouse-builders.ts";
import { runSync } from "../channels/index.ts";
import type { SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { applyDue, hearOrders } from "./hear.ts";
import { statusSyncRoutes, wakeWords } from "./index.ts";
import { startDueWords } from "./jobs.ts";
import { statusChecks, statusOverview } from "./overview.ts";
import { rereadTurn, startRereads } from "./reread.ts";
import { statusHandler } from "./sync.ts";
import { registerSelection, syncSelection } from "./sync-selection.ts";
import { applyTracking } from "./tracking.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => source.close());

const CHANNEL_SHIPS = {
  rules: { thirdPartyShipping: { default: true, allowed: [true, false] }, channelCancel: "dispatched" },
} as const satisfies ChangesWish;
async function begin(wish: ChangesWish = {}, over: Parameters<typeof aShop>[1] = {}): Promise<void> {
  source = await aChangesSource(`JOURNAL_${next()}`, wish);
  shop = await aShop(t, { ...over, source: source.id });
}
const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
const services = () => ({ ...t.services, sourceUrls: new Map([[source.id, source.url]]) });
const later = (minutes: number) => t.clock.advance({ minutes });
const ago = (minutes: number) => t.clock.now().subtract({ minutes }).toString();
const run = (kind: "STATUS_CANCELLED" | "STATUS_DELIVERED" = "STATUS_CANCELLED") =>
  runSync(ctx(), { channelId: shop.channelId, kind, trigger: "PERSON", syncRunId: null }, statusHandler(kind));
const says = (feed: string, order: string, status: Change["status"], minutesAgo: number, over: Partial<Change> = {}) =>
  source.changes.push({ feed, order, line: `${order}-L1`, status, at: ago(minutesAgo), ...over });
async function orders(ids: readonly string[], channelShips = false) {
  const bodies = ids.map((id) => aPushOrder([{ productId: shop.productId }], { id, thirdPartyShipping: channelShips }));
  return packagesFor(t, shop, bodies);
}
const words = () =>
  t.raw<{ line: string; status: string; outcome: string; code: string | null }>(
    "select channel_order_item_id as line, status, outcome, code from godown.channel_word where tenant_id = $1 order by heard_at, channel_order_item_id, status",
    [shop.tenantId],
  );
const overview = async () => {
  const { channels } = await t.db.read(shop.tenantId, (tx) => statusOverview(ctx(), tx));
  const [channel] = channels;
  if (!channel) throw new Error("the channel has a status sync");
  return channel;
};
const alarms = () => t.db.read(shop.tenantId, async (tx) => (await statusChecks[0]?.check(ctx(), tx)) ?? []);
const waitAgain = () => t.db.transaction(shop.tenantId, (tx) => wakeWords(tx, ctx()));

describe("the measured lag of a channel", () => {
  it("is counted from the change there to the change here, and nothing is counted twice", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3", "O-4"]);
    later(30);
    says("cancelled", "O-1", "CANCELLED", 1);
    says("cancelled", "O-2", "CANCELLED", 2);
    says("cancelled", "O-3", "CANCELLED", 8);
    await run();
    await run();
    expect((await overview()).lag).toEqual({ count: 3, p50Seconds: 120, p95Seconds: 480, maxSeconds: 480 });
    expect(await alarms()).toEqual([]);
    later(15); // nobody asked
    says("cancelled", "O-4", "CANCELLED", 14);
    await run();
    expect((await overview()).lag).toMatchObject({ count: 4, maxSeconds: 840 });
    expect(await alarms()).toMatchObject([
      {
        kind: "STATUS_LATE",
        message: expect.stringMatching(/later than 10 minutes: the latest of .* after 14 minutes\.$/),
      },
    ]);
    later(31); // nothing late came since: it clears by itself
    expect(await alarms()).toEqual([]);
    expect(await overview()).toMatchObject({ ceilingSeconds: 600, backlog: { count: 0, oldestAt: null, reasons: [] } });
  });

  it("of a word without a time is counted from when the channel was asked last before", async () => {
    await begin();
    await orders(["O-1"]);
    await run();
    later(30);
    const hearing = { channelId: shop.channelId, source: source.id, via: "PERSON", changedAfter: null } as const;
    const line = {
      channelOrderItemId: "O-1-L1",
      status: "CANCELLED",
      raw: "CANCELLED",
      channelReturnId: null,
    } as const;
    const nothingMore = { returnReason: null, returnAwb: null, returnCourier: null };
    await hearOrders(ctx(), hearing, [{ channelOrderId: "O-1", lines: [{ ...line, ...nothingMore }] }]);
    expect((await overview()).lag).toMatchObject({ count: 1, maxSeconds: 1_800 });
  });

  it("has the words that a person is asked about too", async () => {
    await begin();
    await move(t, shop.tenantId, await orders(["O-1"]), ["pack", "label", "manifest", "dispatch"]);
    later(30);
    says("cancelled", "O-1", "CANCELLED", 3);
    await run();
    expect(await words()).toMatchObject([{ outcome: "DOUBT" }]);
    expect((await overview()).lag).toMatchObject({ count: 1, maxSeconds: 180 });
  });

  it("counts the doubts that are open, whenever they arose, until a person decides them", async () => {
    await begin();
    await move(t, shop.tenantId, await orders(["O-1"]), ["pack", "label", "manifest", "dispatch"]);
    says("cancelled", "O-1", "CANCELLED", 0);
    await run();
    expect(await overview()).toMatchObject({ openDoubts: 1 });
    later(24 * 60);
    expect(await overview()).toMatchObject({ openDoubts: 1 }); // of yesterday, and it waits
    says("cancelled", "O-1", "CANCELLED", 0); // told again today
    await run();
    await t.raw("update godown.order_exception set state = 'RESOLVED', resolved_at = $2 where tenant_id = $1", [
      shop.tenantId,
      t.clock.now().toString(),
    ]);
    expect(await overview()).toMatchObject({ openDoubts: 0 });
  });

  it("names what a source does not report, each list's place, and a source whose list fails as behind", async () => {
    await begin({ rules: { reports: ["CANCELLED", "DISPATCHED"] } });
    source.fault = ({ feed }) => (feed === "shipped" ? 500 : null);
    await run();
    const { doesNotReport, syncs } = await overview();
    expect(doesNotReport).toEqual(["DELIVERED", "RETURNED"]);
    const kind = syncs.find((sync) => sync.kind === "STATUS_CANCELLED");
    expect(kind).toMatchObject({ on: true, schedule: expect.stringMatching(/^every/) });
    expect(kind?.feeds.map((feed) => [feed.name, feed.okAt !== null, feed.failed !== null])).toEqual([
      ["cancelled", true, false],
      ["shipped", false, true],
      ["orders by id", true, false], // in place of the list that was never read
    ]);
  });
});

describe("a word that cannot be made true yet", () => {
  it("waits with its reason, raises an alarm past the ceiling, and is applied when the reason is gone, without asking again", async () => {
    await begin({ rules: { reports: ["CANCELLED", "DISPATCHED", "DELIVERED"] } }, { series: null });
    await orders(["O-1"]);
    says("shipped", "O-1", "DISPATCHED", 0);
    await run();
    const [waiting] = await words();
    expect(waiting).toMatchObject({ outcome: "WAITING", code: expect.stringMatching(/SERIES/) });
    later(12);
    await applyDue(ctx(), shop.channelId);
    const { backlog } = await overview();
    expect(backlog).toMatchObject({ count: 1, reasons: [{ count: 1, message: expect.stringMatching(/series/i) }] });
    expect(await alarms()).toMatchObject([
      { message: expect.stringMatching(/1 wait, the oldest for 12 minutes: .*series/i) },
    ]);
    const asked = source.asked.length;
    await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "LATE-" });
    await waitAgain();
    await applyDue(ctx(), shop.channelId);
    expect(await words()).toEqual([{ line: "O-1-L1", status: "DISPATCHED", outcome: "ADOPTED", code: null }]);
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.state)).toEqual(["DISPATCHED"]);
    expect(source.asked).toHaveLength(asked);
    expect(await overview()).toMatchObject({
      adoptedToday: 1,
      lastAdoption: { orderCode: "O-1", status: "DISPATCHED" },
    });
  });

  it("is tried by the clock too, and one that was heard but not applied when its process ended is applied", async () => {
    await begin();
    await orders(["O-1"]);
    says("cancelled", "O-1", "CANCELLED", 0);
    await run();
    await t.raw(
      "update godown.channel_word set outcome = 'WAITING', code = null, settled_at = null, next_attempt_at = heard_at, attempts = 0 where tenant_id = $1",
      [shop.tenantId],
    );
    await startDueWords(services());
    const jobs = await t.raw<{ key: string }>(
      "select key from graphile_worker.jobs where task_identifier = 'status-sync.apply_words'",
    );
    expect(jobs.map((job) => job.key)).toContainEqual(expect.stringContaining(shop.channelId));
  });
});

describe("what couriers say of a parcel that the channel ships", () => {
  it("stands on it with its times, moves it on, and said again adds nothing", async () => {
    await begin(CHANNEL_SHIPS);
    const [id] = await orders(["O-1"], true);
    if (!id) throw new Error("there is a package");
    await move(t, shop.tenantId, [id], ["pack", "label", "manifest", "dispatch"]);
    await t.raw(
      "update godown.shipping_package set awb = null, dispatched_how = 'ADOPTED' where shipping_package_id = $1",
      [id],
    );
    const told = [
      ["Picked Up", ago(50)],
      ["In Transit", ago(40)],
      ["Teleported", ago(30)],
    ] as const;
    source.parcels.set("O-1", [{ courier: "EKART", awb: "EK1", statuses: told }]);
    says("shipped", "O-1", "DISPATCHED", 0);
    await run();
    await run();
    const tracking = async () => {
      const [row] = await packagesOf(t, shop.tenantId);
      const route = statusSyncRoutes.find((r) => r.path === "/shipments/:code/tracking");
      const answer = await route?.handle(ctx(), { params: { code: row?.code }, query: {}, body: undefined });
      return (answer as { value: { rows: { raw: string; meaning: string | null; at: string }[] } }).value.rows; // its answer schema
    };
    expect((await tracking()).map((row) => [row.raw, row.meaning, row.at])).toEqual([
      ["Teleported", null, told[2][1]],
      ["In Transit", "IN_TRANSIT", told[1][1]],
      ["Picked Up", "PICKED_UP", told[0][1]],
    ]);
    const [parcel] = await t.raw<Record<string, unknown>>(
      "select state, awb, channel_courier_code as courier, courier_status as status from godown.shipping_package where shipping_package_id = $1",
      [id],
    );
    expect(parcel).toEqual({ state: "SHIPPED", awb: "EK1", courier: "EKART", status: "Teleported" });
    const doubts = await t.raw<{ kind: string }>("select kind from godown.order_exception where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(doubts).toEqual([{ kind: "UNKNOWN_STATUS" }]);
    later(60);
    source.parcels.set("O-1", [{ awb: "EK1", statuses: [...told, ["Delivered", ago(5)]] }]);
    says("shipped", "O-1", "DISPATCHED", 0);
    await run();
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["DELIVERED"]);
    expect(await tracking()).toHaveLength(4);
  });

  it("before it left from here is kept, and moves it when it has left", async () => {
    await begin({ ...CHANNEL_SHIPS, feeds: [] });
    const [id] = await orders(["O-1"], true);
    if (!id) throw new Error("there is a package");
    source.parcels.set("O-1", [{ awb: "EK1", statuses: [["Out for delivery", ago(1)]] }]);
    await run();
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["CREATED"]);
    expect(await applyTracking(ctx(), null)).toBe(0);
    await move(t, shop.tenantId, [id], ["pack", "label", "manifest", "dispatch"]);
    expect(await applyTracking(ctx(), null)).toBe(1);
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["SHIPPED"]);
    expect(await applyTracking(ctx(), null)).toBe(0);
  });

  it("on the way back expects it as a return, and of a loss asks a person", async () => {
    await begin({ ...CHANNEL_SHIPS, feeds: [] });
    const ids = await orders(["O-1", "O-2"], true);
    await move(t, shop.tenantId, ids, ["pack", "label", "manifest", "dispatch"]);
    source.parcels.set("O-1", [{ statuses: [["RTO Initiated", ago(9)]] }]);
    source.parcels.set("O-2", [{ statuses: [["Lost", ago(9)]] }]);
    await run("STATUS_DELIVERED");
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["RETURN_EXPECTED", "DISPATCHED"]);
    const doubts = await t.raw<{ kind: string }>("select kind from godown.order_exception where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(doubts).toEqual([{ kind: "PARCEL_LOST" }]);
  });
});

describe("orders that a person chooses", () => {
  it("are asked about in the source's batches, with a result for each in words", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3"]);
    says("cancelled", "O-1", "CANCELLED", 1);
    says("none", "O-2", "OPEN", 1);
    const rows = await t.raw<{ id: SaleOrderId }>(
      "select sale_order_id as id from godown.sale_order where tenant_id = $1 order by code",
      [shop.tenantId],
    );
    const workId = await syncSelection(
      ctx(),
      rows.map((row) => row.id),
    );
    const done = await runWork({ ...t, services: services() }, shop.tenantId, workId, registerSelection);
    expect(done).toMatchObject({ state: "PARTIAL", total: 3, done: 2, failed: 1 });
    expect(done.rows.map((row) => [row.record, row.outcome, row.code, row.message])).toEqual(
      expect.arrayContaining([
        ["O-1", "DONE", null, "On the channel: 1 line cancelled."],
        ["O-2", "UNCHANGED", null, "On the channel: 1 line open."],
        ["O-3", "FAILED", "STATUS_NOT_READ", expect.stringMatching(/did not tell how O-3 stands/)],
      ]),
    );
    expect(source.askedIds).toHaveLength(2); // two a question
  });
});

describe("the daily reading", () => {
  it("asks for all orders that may change once a day, counts what it corrected, and goes on where it was stopped", async () => {
    await begin({
      feeds: [
        {
          name: "cancelled",
          tells: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
          overlapMinutes: 5,
          windowMinutesMax: 60,
        },
      ],
    });
    await orders(["O-1", "O-2", "O-3"]);
    says("forgotten", "O-2", "CANCELLED", 60); // no list tells it
    t.clock.set(Temporal.Instant.from("2026-11-20T18:29:00Z")); // a minute before midnight in India: everybody's time has come
    await startRereads(services());
    source.fault = ({ nth, feed }) => (feed === "orders" && nth >= 2 ? 429 : null);
    await rereadTurn(ctx(), shop.channelId);
    const record = async () =>
      (
        await t.raw<Record<string, unknown>>(
          "select state, asked, corrected, failed from godown.status_reread where tenant_id = $1",
          [shop.tenantId],
        )
      )[0];
    expect(await record()).toEqual({ state: "RUNNING", asked: 2, corrected: 1, failed: 1 });
    source.fault = () => null;
    await rereadTurn(ctx(), shop.channelId);
    expect(await record()).toEqual({ state: "PARTIAL", asked: 3, corrected: 1, failed: 1 });
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.state)).toEqual(["FULFILLABLE", "CANCELLED", "FULFILLABLE"]);
    await startRereads(services());
    const asked = source.askedIds.length;
    await rereadTurn(ctx(), shop.channelId);
    expect(source.askedIds).toHaveLength(asked); // once a day
    expect(await overview()).toMatchObject({ reread: { state: "PARTIAL", asked: 3, corrected: 1 } });
  });
});

describe("the list of words", () => {
  const list = async (query: Record<string, string>) => {
    const route = statusSyncRoutes.find((r) => r.path === "/status-sync/words");
    return (await route?.handle(ctx(), { params: {}, query: route.query?.parse(query), body: undefined })) as {
      rows: { channelOrderId: string; outcome: string; message: string | null; whatToDo: string | null }[];
      total: number;
      counts: Record<string, number>;
    }; // its answer schema
  };
  const listed = async (outcome: string) => (await list({ outcome })).rows.map((row) => row.channelOrderId).toSorted();

  it("filters by outcome, status and age, and says in words why one waits", async () => {
    await begin();
    await orders(["O-1"]);
    says("cancelled", "O-1", "CANCELLED", 1);
    says("cancelled", "O-9", "CANCELLED", 1);
    await run();
    later(10);
    expect((await list({})).counts).toMatchObject({ WAITING: 1 });
    const { rows } = await list({ outcome: "WAITING", status: "CANCELLED", olderThanMinutes: "5" });
    expect(rows).toMatchObject([
      { channelOrderId: "O-9", message: expect.stringMatching(/O-9, which is not here yet/) },
    ]);
    expect((await list({ olderThanMinutes: "11" })).rows).toEqual([]);
    expect((await list({ q: "O-1" })).rows).toHaveLength(1);
  });

  it("shows a word as a person's as long as he is asked, and as decided when he has answered", async () => {
    await begin();
    await move(t, shop.tenantId, await orders(["O-1", "O-2", "O-3"]), ["pack", "label", "manifest", "dispatch"]);
    for (const id of ["O-1", "O-2"]) says("cancelled", id, "CANCELLED", 1);
    await run();
    expect(await list({})).toMatchObject({ counts: { all: 2, DOUBT: 2 } });
    const decide = (order: string) =>
      t.raw(
        `update godown.order_exception set state = 'RESOLVED', resolved_at = $3 where tenant_id = $1 and facts ->> 'order' = $2`,
        [shop.tenantId, order, t.clock.now().toString()],
      );
    await decide("O-1");
    expect(await list({})).toMatchObject({ counts: { all: 2, DOUBT: 1, DECIDED: 1 } });
    expect([await listed("DOUBT"), await listed("DECIDED")]).toEqual([["O-2"], ["O-1"]]);
    const [decided] = (await list({ outcome: "DECIDED" })).rows;
    expect(decided, "nothing is left to decide").toMatchObject({ outcome: "DECIDED", whatToDo: null });
    expect((await overview()).openDoubts, "as many as the tab counts").toBe(1);
    await decide("O-2");
    expect(await list({ outcome: "DOUBT" })).toMatchObject({ total: 0, rows: [] });
    expect((await overview()).openDoubts).toBe(0);
  });

  it("goes by the line that a person is asked about, and by what he is asked of it", async () => {
    await begin();
    const products = [{ productId: shop.productId }, { productId: shop.productId }];
    const parcels = await packagesFor(t, shop, [aPushOrder(products, { id: "O-1" })]);
    await move(t, shop.tenantId, parcels, ["pack", "label", "manifest", "dispatch"]);
    for (const line of ["O-1-L1", "O-1-L2"]) {
      says("cancelled", "O-1", "CANCELLED", 1, { line });
      await run();
      later(1);
    }
    expect((await list({})).counts).toMatchObject({ DOUBT: 2 });
    await t.raw(
      `update godown.order_exception set state = 'RESOLVED', resolved_at = $2 where tenant_id = $1 and facts -> 'units' ? 'O-1-1'`,
      [shop.tenantId, t.clock.now().toString()],
    );
    expect((await list({})).counts).toMatchObject({ DOUBT: 1, DECIDED: 1 });
    // What its courier says of the same order is a question of its own, and no word of the channel's.
    await t.raw("update godown.order_exception set kind = 'PARCEL_LOST' where tenant_id = $1 and state = 'OPEN'", [
      shop.tenantId,
    ]);
    expect((await list({})).counts).toMatchObject({ DECIDED: 2 });
    expect((await list({})).counts).not.toHaveProperty("DOUBT");
  });
});
