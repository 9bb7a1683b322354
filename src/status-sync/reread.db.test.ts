import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource, type ChangesSource, type ChangesWish } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { move, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { type SyncKind, switchChannelSync } from "../channels/index.ts";
import type { Ctx } from "../platform/context.ts";
import { rereadTurn, startRereads, unfinishedReadings } from "./reread.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => source.close());

/** A minute before midnight in India: the time of every channel has come. */
const EVENING = Temporal.Instant.from("2026-11-20T18:29:00Z");
async function begin(wish: ChangesWish = {}): Promise<void> {
  source = await aChangesSource(`REREAD_${next()}`, wish); // two orders a question
  shop = await aShop(t, { source: source.id });
}
const sourceUrls = () => new Map([[source.id, source.url]]);
const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: sourceUrls(), now: t.clock.now() });
const start = () => startRereads({ ...t.services, sourceUrls: sourceUrls() });
const turn = () => rereadTurn(ctx(), shop.channelId);
const nextDay = () => t.clock.advance({ hours: 24 });
const asked = () => source.askedIds.map((ids) => ids.join(" "));
interface Row {
  readonly state: string;
  readonly part: string;
  readonly asked: number;
  readonly failed: number;
  readonly message: string | null;
}
const records = () =>
  t.raw<Row>("select state, part, asked, failed, message from godown.status_reread where tenant_id = $1 order by day", [
    shop.tenantId,
  ]);
const alarms = () => t.db.read(shop.tenantId, (tx) => unfinishedReadings(ctx(), tx));
const switchTo = (kind: SyncKind, enabled: boolean) => switchChannelSync(ctx(), shop.channelId, kind, enabled);
const ON_THEIR_WAY_AND_DELIVERED =
  "Parcels on their way were left out: their sync is switched off. Parcels delivered lately were left out: their sync is switched off.";
const orders = (ids: readonly string[], channelShips = false) =>
  packagesFor(
    t,
    shop,
    ids.map((id) => aPushOrder([{ productId: shop.productId }], { id, thirdPartyShipping: channelShips })),
  );

describe("a day's reading", () => {
  it("comes to what is open first, then to what travels, then to what was delivered lately; each newest first", async () => {
    await begin();
    const ids = await orders(["O-1", "O-2", "O-3", "O-4", "O-5", "O-6"]);
    const gone = ids.slice(0, 4);
    await move(t, shop.tenantId, gone, ["pack", "label", "manifest", "dispatch"]);
    await move(t, shop.tenantId, gone.slice(0, 3), ["deliver"]);
    await t.raw("update godown.shipping_package set delivered_at = $2 where shipping_package_id = $1", [
      gone[0],
      EVENING.subtract({ hours: 24 * 46 }).toString(), // nothing comes back after so long
    ]);
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(asked()).toEqual(["O-6 O-5", "O-4", "O-3 O-2"]);
    expect(await records()).toMatchObject([{ state: "DONE", asked: 5, failed: 0 }]);
  });

  it("is done in part where an answer held what nobody can read, and says what", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3"]);
    source.unreadable.add("O-2");
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(asked()).toEqual(["O-3 O-2", "O-1"]);
    expect(await records()).toMatchObject([
      { state: "PARTIAL", asked: 2, failed: 1, message: "Not understood: O-2: no state that is known" },
    ]);
  });

  it("leaves out what the seller ships, of sources that tell of what they ship alone", async () => {
    await begin({
      rules: { thirdPartyShipping: { default: true, allowed: [true, false] }, reportsOf: "channel-shipped" },
    });
    await orders(["O-1"], true);
    await orders(["O-2"], false);
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(asked()).toEqual(["O-1"]);
  });

  it("goes on through failures as long as its day lasts, where the last answer was", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3"]);
    t.clock.set(EVENING);
    await start();
    await t.raw("update godown.status_reread set failed = 50 where tenant_id = $1", [shop.tenantId]);
    source.fault = ({ nth }) => (nth === 1 ? null : 429);
    await turn();
    expect(await records()).toMatchObject([{ state: "RUNNING", part: "OPEN", asked: 2, failed: 51 }]);
    source.fault = () => null;
    await turn();
    expect(asked().at(0)).toBe("O-3 O-2");
    expect(asked().at(-1)).toBe("O-1");
    expect(await records()).toMatchObject([{ state: "PARTIAL", part: "DELIVERED", asked: 3 }]);
    expect(await alarms()).toEqual([]);
  });

  it("that did not come to all open orders ends with its day, people are told, and the next begins anew", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3"]);
    t.clock.set(EVENING);
    await start();
    source.fault = ({ nth }) => (nth === 1 ? null : 503);
    await turn();
    expect(await alarms()).toEqual([]); // it is under way
    nextDay();
    await start();
    const [first, second] = await records();
    expect(first).toMatchObject({ state: "PARTIAL", part: "OPEN", asked: 2, failed: 1 });
    expect(first?.message).toMatch(
      /^The day was over: 2 orders read again, 0 corrected; not all open ones were reached\. 1 questions? had no whole answer: /,
    );
    expect(second).toMatchObject({ state: "RUNNING", part: "OPEN", asked: 0 });
    expect(await alarms()).toMatchObject([
      {
        ...{ kind: "STATUS_REREAD_UNFINISHED", recordId: shop.channelId },
        message: expect.stringMatching(/^Not all open orders of .+ were read again on 2026-11-20\. The day was over/),
      },
    ]);
    source.fault = () => null;
    source.askedIds.length = 0;
    await turn();
    expect(asked()).toEqual(["O-3 O-2", "O-1"]);
    expect((await records()).map((row) => row.state)).toEqual(["PARTIAL", "DONE"]);
    expect(await alarms()).toEqual([]);
  });

  it("that nobody goes on with ends too, and is not begun anew: its channel is connected no more", async () => {
    await begin();
    await orders(["O-1"]);
    t.clock.set(EVENING);
    await start();
    await t.raw("update godown.channel set state = 'DISABLED' where channel_id = $1", [shop.channelId]);
    nextDay();
    await start();
    expect(await records()).toMatchObject([{ state: "FAILED", asked: 0 }]);
    expect(await turn()).toBe("done");
    expect(asked()).toEqual([]);
    expect(await alarms()).toEqual([]);
  });

  it("leaves out a part whose sync is switched off, and says so; what is off is no alarm", async () => {
    await begin();
    const [gone] = await orders(["O-1", "O-2", "O-3"]);
    if (!gone) throw new Error("there are packages");
    await move(t, shop.tenantId, [gone], ["pack", "label", "manifest", "dispatch"]);
    for (const order of ["O-2", "O-3"])
      source.changes.push({
        feed: "none",
        order,
        line: `${order}-L1`,
        status: "CANCELLED",
        at: "2026-11-20T10:00:00Z",
      });
    await switchTo("STATUS_CANCELLED", false);
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(asked()).toEqual(["O-1"]);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).not.toContain("CANCELLED");
    expect(await records()).toMatchObject([
      { state: "DONE", asked: 1, message: "Open orders were left out: their sync is switched off." },
    ]);
    expect(await alarms()).toEqual([]);
    nextDay();
    await switchTo("STATUS_CANCELLED", true);
    await switchTo("STATUS_DELIVERED", false);
    await start();
    source.askedIds.length = 0;
    await turn();
    expect(asked()).toEqual(["O-3 O-2"]);
    expect((await records()).at(-1)).toMatchObject({ state: "DONE", asked: 2, message: ON_THEIR_WAY_AND_DELIVERED });
  });

  it("looks at each turn whether a part is still wanted, and remembers what it left out", async () => {
    await begin();
    await orders(["O-1", "O-2", "O-3"]);
    t.clock.set(EVENING);
    await start();
    source.fault = ({ nth }) => (nth === 1 ? null : 503);
    await turn();
    expect(await records()).toMatchObject([{ state: "RUNNING", part: "OPEN", asked: 2, failed: 1 }]);
    await switchTo("STATUS_CANCELLED", false);
    const questions = source.askedIds.length;
    await turn();
    expect(source.askedIds).toHaveLength(questions);
    expect(await records()).toMatchObject([
      {
        state: "PARTIAL",
        part: "DELIVERED",
        message: expect.stringMatching(/^Open orders were left out: .* HTTP 503/),
      },
    ]);
    // One that its day ended before it was switched off is no alarm either, as long as it is off.
    await t.raw("update godown.status_reread set part = 'OPEN' where tenant_id = $1", [shop.tenantId]);
    expect(await alarms()).toEqual([]);
    await switchTo("STATUS_CANCELLED", true);
    expect(await alarms()).toHaveLength(1);
  });

  it("goes by the list that is switched off where one tells everything, and by the orders where they do", async () => {
    const tells = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] as const;
    await begin({ feeds: [{ name: "all", tells, overlapMinutes: 5, windowMinutesMax: 60 }] });
    await orders(["O-1"]);
    await switchTo("STATUS_CANCELLED", false);
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(await records()).toMatchObject([{ state: "DONE", asked: 0 }]);
    await source.close();
    await begin({ feeds: [], listTells: tells, rules: { ordersArrive: "pull" } });
    await orders(["O-1"]);
    await switchTo("ORDERS", false);
    await start();
    await turn();
    expect(asked()).toEqual([]);
    expect(await records()).toMatchObject([
      {
        state: "DONE",
        asked: 0,
        message: `Open orders were left out: their sync is switched off. ${ON_THEIR_WAY_AND_DELIVERED}`,
      },
    ]);
  });

  it("asks so many questions a turn, and goes on with the next where it stopped", async () => {
    await begin();
    const names = Array.from({ length: 45 }, (_, i) => `O-${String(i).padStart(2, "0")}`);
    await orders(names);
    t.clock.set(EVENING);
    await start();
    await turn();
    expect(source.askedIds).toHaveLength(20);
    await turn();
    expect(source.askedIds.flat()).toEqual(names.toReversed());
    expect(await records()).toMatchObject([{ state: "DONE", asked: 45 }]);
  });
});
