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
import { mapAll } from "../../tests/support/map-all.ts";
import { aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { runSync, setPace } from "../channels/index.ts";
import { must } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { applyDue } from "./hear.ts";
import { statusHandler } from "./sync.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => source.close());

async function begin(wish: ChangesWish = {}): Promise<void> {
  source = await aChangesSource(`CHANGES_${next()}`, wish);
  shop = await aShop(t, { source: source.id });
}
const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
const later = (minutes: number) => t.clock.advance({ minutes });
const ago = (minutes: number) => t.clock.now().subtract({ minutes }).toString();

interface Run {
  readonly state: string;
  readonly ok: number;
  readonly failed: number;
  readonly message: string | null;
}
async function run(
  kind: "STATUS_CANCELLED" | "STATUS_DELIVERED" = "STATUS_CANCELLED",
  trigger: "SCHEDULE" | "PERSON" = "SCHEDULE",
): Promise<Run> {
  await runSync(ctx(), { channelId: shop.channelId, kind, trigger, syncRunId: null }, statusHandler(kind));
  const [row] = await t.raw<Run>(
    "select state, ok_count as ok, failed_count as failed, message from godown.sync_run where channel_id = $1 and kind = $2 order by started_at desc, sync_run_id desc limit 1",
    [shop.channelId, kind],
  );
  if (!row) throw new Error("a run was begun");
  return row;
}
interface Place {
  readonly through: string | null;
  readonly okAt: string | null;
  readonly failed: string | null;
  readonly spanMinutes: number | null;
}
async function places(kind = "STATUS_CANCELLED"): Promise<Record<string, Place>> {
  const [row] = await t.raw<{ cursor: { feeds?: Record<string, Place> } }>(
    "select cursor from godown.sync_state where channel_id = $1 and kind = $2",
    [shop.channelId, kind],
  );
  return row?.cursor.feeds ?? {};
}
const words = () =>
  t.raw<{ line: string; status: string; outcome: string; code: string | null }>(
    "select channel_order_item_id as line, status, outcome, code from godown.channel_word where tenant_id = $1 order by heard_at, channel_order_item_id, status",
    [shop.tenantId],
  );
const askedOf = (feed: string) => source.asked.filter((each) => each.feed === feed);
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);
/** Orders of one line each, received and allocated. */
async function orders(...ids: string[]): Promise<void> {
  await packagesFor(
    t,
    shop,
    ids.map((id) => aPushOrder([{ productId: shop.productId }], { id })),
  );
}
const cancelled = (order: string, minutesAgo: number, over: Partial<Change> = {}): Change => ({
  ...{ feed: "cancelled", order, line: `${order}-L1`, status: "CANCELLED", at: ago(minutesAgo) },
  ...over,
});

describe("lists of changes", () => {
  it("are each read from a place of their own, which a whole reading moves", async () => {
    await begin();
    await orders("O-1", "O-2");
    source.changes.push(cancelled("O-1", 3));
    expect(await run()).toMatchObject({ state: "DONE", ok: 1, message: "1 status taken over." });
    expect(await states()).toEqual(["CANCELLED", "FULFILLABLE"]);
    const now = t.clock.now().toString();
    expect(await places()).toMatchObject({
      cancelled: { through: now, okAt: now },
      shipped: { through: now, okAt: now },
    });
    expect(source.askedIds).toEqual([]); // the lists tell everything that is reported
    later(1);
    source.changes.push(cancelled("O-2", 0));
    source.asked.length = 0;
    expect(await run()).toMatchObject({ state: "DONE", ok: 2 }); // the overlap shows the first once more
    expect(askedOf("cancelled")).toEqual([{ feed: "cancelled", from: ago(1 + 10), to: ago(0), page: 1 }]);
    expect(await states()).toEqual(["CANCELLED", "CANCELLED"]);
    expect((await words()).map((w) => w.outcome)).toHaveLength(2);
  });

  it("that tell of Cancelled and Dispatched are read with those, the others hourly", async () => {
    await begin();
    await run();
    expect([...new Set(source.asked.map((each) => each.feed))]).toEqual(["cancelled", "shipped"]);
    source.asked.length = 0;
    await run("STATUS_DELIVERED");
    expect([...new Set(source.asked.map((each) => each.feed))]).toEqual(["ended"]);
  });

  it("are asked in parts where a window is longer than the source allows", async () => {
    await begin();
    await run();
    later(150);
    source.asked.length = 0;
    await run();
    const asked = askedOf("cancelled");
    expect(asked.map((each) => [each.from, each.to])).toEqual([
      [ago(160), ago(100)],
      [ago(100), ago(40)],
      [ago(40), ago(0)],
    ]);
    expect((await places()).cancelled?.through).toBe(ago(0));
  });

  it("that fail do not stop the others, and lose no place: what was read before stays read", async () => {
    await begin();
    await orders("O-1", "O-2");
    await run();
    later(150);
    source.asked.length = 0;
    source.changes.push(cancelled("O-1", 120), cancelled("O-2", 60, { feed: "shipped", status: "DISPATCHED" }));
    source.fault = ({ feed }) => (feed === "cancelled" && askedOf("cancelled").length > 2 ? 500 : null);
    const partial = await run();
    expect(partial).toMatchObject({ state: "PARTIAL" });
    expect(partial.message).toMatch(/^cancelled: Page 1 of cancelled: .*fault 500/);
    const { cancelled: place, shipped } = await places();
    expect(place?.through).toBe(ago(40)); // two parts of three
    expect(place?.failed).toMatch(/fault 500/);
    expect(shipped).toMatchObject({ through: ago(0), failed: null });
    expect((await words()).map((w) => w.status).toSorted()).toEqual(["CANCELLED", "DISPATCHED"]);
    source.fault = () => null;
    source.asked.length = 0;
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(askedOf("cancelled")[0]?.from).toBe(ago(50));
    expect((await places()).cancelled).toMatchObject({ through: ago(0), failed: null });
  });

  it("that tell to slow down end as PARTIAL, and go on from there with a shorter window", async () => {
    await begin();
    await run();
    later(150);
    source.fault = ({ feed }) => (feed === "cancelled" ? 429 : null);
    const slow = await run();
    expect(slow.state).toBe("PARTIAL");
    expect(slow.message).toMatch(/cancelled: the channel asks to slow down/);
    expect((await places()).cancelled).toMatchObject({ through: ago(150), spanMinutes: 30 });
    source.fault = () => null;
    expect(await run()).toMatchObject({ state: "DONE" });
    expect((await places()).cancelled).toMatchObject({ through: ago(0), spanMinutes: 60 });
  });

  it("that give no more than so many of a window are asked by halves until all is told", async () => {
    await begin();
    const ids = Array.from({ length: 12 }, (_, i) => `O-${String(i + 1).padStart(2, "0")}`);
    await orders(...ids);
    await run();
    later(59);
    source.cap = 5;
    source.changes.push(...ids.map((id, i) => cancelled(id, 55 - 4 * i)));
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await states()).toEqual(Array(12).fill("CANCELLED"));
    expect((await places()).cancelled?.through).toBe(ago(0));
  });

  it("that give too much of a single minute fail by name, and others go on", async () => {
    await begin();
    source.cap = 0;
    source.changes.push(cancelled("O-1", 1));
    const partial = await run();
    expect(partial.state).toBe("PARTIAL");
    expect(partial.message).toMatch(/cancelled: it gives no more than a part of a single minute/);
  });

  it("whose page repeats an earlier one fail instead of going on for ever", async () => {
    await begin();
    await orders("O-1", "O-2", "O-3");
    source.changes.push(cancelled("O-1", 3), cancelled("O-2", 2), cancelled("O-3", 1));
    source.pageSize = 1;
    expect(await run()).toMatchObject({ state: "DONE", ok: 3 });
    later(1);
    source.repeats = true;
    const partial = await run();
    expect(partial.message).toMatch(/repeats an earlier page/);
    expect((await places()).cancelled?.through).toBe(ago(1)); // the window was not read whole
  });

  it("go on from the source's own clock where that is behind ours", async () => {
    await begin();
    source.through = ago(7);
    await run();
    expect((await places()).cancelled?.through).toBe(ago(7));
    source.asked.length = 0;
    later(1);
    await run();
    expect(askedOf("cancelled")[0]?.from).toBe(ago(7 + 1 + 10));
  });

  it("with a pace of their own are passed over until it is time, but not for a person", async () => {
    await begin({
      feeds: [
        { name: "cancelled", tells: ["CANCELLED"], overlapMinutes: 5, windowMinutesMax: 60 },
        { name: "slow", tells: ["DISPATCHED"], overlapMinutes: 5, windowMinutesMax: 60, everyMinutes: 4 },
      ],
      rules: { reports: ["CANCELLED", "DISPATCHED"] },
    });
    for (let minute = 0; minute < 4; minute++) {
      await run();
      later(1);
    }
    const first = askedOf("slow").length;
    expect(askedOf("cancelled").length).toBeGreaterThan(first);
    await run();
    expect(askedOf("slow")).toHaveLength(first + 1);
    await run("STATUS_CANCELLED", "PERSON");
    expect(askedOf("slow")).toHaveLength(first + 2);
  });

  it("leave to reading by ids what none of them tells", async () => {
    await begin({
      feeds: [{ name: "cancelled", tells: ["CANCELLED"], overlapMinutes: 5, windowMinutesMax: 60 }],
      rules: { reports: ["CANCELLED", "DISPATCHED"] },
    });
    await orders("O-1", "O-2", "O-3");
    await run();
    expect(source.askedIds.flat().toSorted()).toEqual(["O-1", "O-2", "O-3"]);
    expect(Object.keys(await places()).toSorted()).toEqual(["cancelled", "orders by id"]);
  });

  it("ask by ids about what left lately too: a parcel that is just gone may be called back", async () => {
    await begin({ feeds: [], rules: { reports: ["CANCELLED", "DISPATCHED"] } });
    await orders("O-1", "O-2");
    source.changes.push(cancelled("O-1", 0, { feed: "shipped", status: "DISPATCHED" }));
    await run();
    expect(await states()).toEqual(["DISPATCHED", "FULFILLABLE"]);
    const asked = source.askedIds.length;
    source.changes.push(cancelled("O-1", 0));
    later(1);
    await run();
    expect(source.askedIds.slice(asked).flat().toSorted()).toEqual(["O-1", "O-2"]);
    expect((await words()).find((word) => word.status === "CANCELLED")).toMatchObject({ outcome: "DOUBT" });
    const dayAfter = source.askedIds.length;
    later(25 * 60);
    await run();
    expect(source.askedIds.slice(dayAfter).flat()).toEqual(["O-2"]);
  });

  it("read by ids go on behind the last answer when the channel told to slow down", async () => {
    await begin({ feeds: [], rules: { reports: ["CANCELLED"] } });
    await orders("O-1", "O-2", "O-3", "O-4");
    source.fault = ({ nth }) => (nth >= 2 ? 429 : null);
    expect(await run()).toMatchObject({ state: "PARTIAL" });
    source.fault = () => null;
    const before = source.askedIds.length;
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(source.askedIds.slice(before).flat().toSorted()).toEqual(["O-3", "O-4"]);
    const all = source.askedIds.length;
    await run();
    expect(source.askedIds.slice(all).flat()).toHaveLength(4);
  });
});

describe("words of lists", () => {
  it("about orders that have not come wait for them, and change nothing where they never come", async () => {
    await begin();
    source.changes.push(cancelled("O-1", 1), cancelled("O-9", 1));
    await run();
    expect(await words()).toMatchObject([
      { outcome: "WAITING", code: "ORDER_NOT_HERE" },
      { outcome: "WAITING", code: "ORDER_NOT_HERE" },
    ]);
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }], { id: "O-1" })]);
    later(1);
    await applyAll();
    expect(await states()).toEqual(["CANCELLED"]);
    later(24 * 60);
    await applyAll();
    expect(await words()).toMatchObject([
      { line: "O-1-L1", code: null },
      { line: "O-9-L1", outcome: "NOT_SYNCED", code: "ORDER_NEVER_CAME" },
    ]);
  });

  it("about an order that waits among the failed ones are kept as long as it does, and adopted when it is mapped", async () => {
    await begin();
    const body = aPushOrder([{ productId: "not-mapped-yet" }], { id: "O-7" });
    await receive(t, shop.tenantId, shop.channelId, [body]);
    source.changes.push(cancelled("O-7", 1));
    await run();
    later(25 * 60);
    await applyAll();
    expect(await words()).toMatchObject([{ outcome: "WAITING", code: "ORDER_NOT_HERE" }]);
    await mapAll(t, ctx());
    later(1);
    await applyAll();
    expect(await states()).toEqual(["CANCELLED"]);
  });

  it("about an order that is not even among the failed ones any more are given up", async () => {
    await begin();
    const body = aPushOrder([{ productId: "not-mapped-yet" }], { id: "O-7" });
    await receive(t, shop.tenantId, shop.channelId, [body]);
    source.changes.push(cancelled("O-7", 1));
    await run();
    later(25 * 60);
    await t.raw("update godown.intake set channel_order_id = 'O-7-gone' where channel_order_id = 'O-7'");
    later(15);
    await applyAll();
    expect(await words()).toMatchObject([{ outcome: "NOT_SYNCED", code: "ORDER_NEVER_CAME" }]);
  });

  it("about an order that was given up are heard again when it came after all", async () => {
    await begin();
    source.changes.push(cancelled("O-8", 1));
    await run();
    later(24 * 60 + 1);
    await applyAll();
    expect(await words()).toMatchObject([{ outcome: "NOT_SYNCED", code: "ORDER_NEVER_CAME" }]);
    await run();
    expect(await words()).toHaveLength(1);
    await orders("O-8");
    source.changes.push(cancelled("O-8", 0));
    await run();
    expect(await states()).toEqual(["CANCELLED"]);
    expect(await words()).toMatchObject([{ outcome: "APPLIED", code: null }]);
  });
});

describe("the exchange log", () => {
  interface Logged {
    readonly outcome: string;
    readonly quiet: number | null;
  }
  const logged = () =>
    t.raw<Logged>(
      "select outcome, quiet_count as quiet from godown.exchange where channel_id = $1 and operation like 'pullStatuses/%' order by at, exchange_id",
      [shop.channelId],
    );

  it("keeps of quiet answers the latest of an hour with their number, and each that brought something", async () => {
    await begin();
    await orders("O-1");
    await run();
    const first = await logged();
    const asked = source.asked.length;
    expect(first.reduce((sum, each) => sum + (each.quiet ?? 0), 0)).toBe(asked);
    expect(first.every((each) => each.quiet !== null)).toBe(true);
    expect(first.length).toBeLessThan(asked);
    for (let minute = 0; minute < 5; minute++) {
      later(1);
      await run();
    }
    const quiet = await logged();
    expect(quiet).toHaveLength(first.length);
    expect(quiet.reduce((sum, each) => sum + (each.quiet ?? 0), 0)).toBe(source.asked.length);
    later(1);
    source.changes.push(cancelled("O-1", 0));
    await run();
    expect((await logged()).filter((each) => each.quiet === null)).toHaveLength(1);
    later(60);
    await run();
    expect((await logged()).length).toBeGreaterThan(quiet.length + 1); // the next hour has one of its own
  });

  it("keeps each answer of a run that a person asked for, and each that failed", async () => {
    await begin();
    await run("STATUS_CANCELLED", "PERSON");
    expect((await logged()).map((each) => each.quiet)).not.toContain(1);
    expect(await logged()).toHaveLength(source.asked.length);
    later(1);
    source.fault = ({ feed }) => (feed === "shipped" ? 500 : null);
    await run();
    expect((await logged()).filter((each) => each.outcome !== "OK")).not.toEqual([]);
  });
});

describe("the pace of a channel", () => {
  it("is stretched by what its last run took, and slowed by a person, never quickened beyond it", async () => {
    await begin();
    await run();
    const [first] = await t.raw<{ cost: number }>(
      "select cost_seconds as cost from godown.sync_state where channel_id = $1 and kind = 'STATUS_CANCELLED'",
      [shop.channelId],
    );
    expect(first?.cost).toBeGreaterThan(0); // fifty windows of an hour were asked of a new channel
    must(await setPace(ctx(), shop.channelId, 6));
    const [row] = await t.raw<{ minutes: number }>(
      "select sync_every_minutes as minutes from godown.channel where channel_id = $1",
      [shop.channelId],
    );
    expect(row?.minutes).toBe(6);
  });
});

async function applyAll(): Promise<void> {
  await applyDue(ctx(), shop.channelId);
}
