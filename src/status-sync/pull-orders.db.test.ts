import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Tamper } from "../../connectors/kit/simulator/index.ts";
import { setFaults, waitingJobs } from "../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { expectMoneyTrue } from "../../tests/support/invariants.ts";
import {
  aPullScene,
  callsOf,
  cursorOf,
  intakeOf,
  ordersOf,
  type PullScene,
  placeOrders,
  retryChannel,
  runOf,
} from "../../tests/support/pull-scene.ts";
import { setCredentials } from "../channels/index.ts";
import { must } from "../kernel/index.ts";
import type { Db, Tx } from "../platform/db.ts";
import { syncOrders } from "./sync.ts";

let t: TestDatabase;
let scene: PullScene;
/** What the marketplace's answers are turned into, by each test. */
let tamper: Tamper;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  tamper = (_, answer) => answer;
  scene = await aPullScene(t, { tamper: (call, answer) => tamper(call, answer) });
});
afterEach(() => scene.sim.close());

interface Page {
  readonly orders: readonly Record<string, unknown>[];
}
/** Turns the orders of a page into others. */
const pages =
  (change: (orders: Page["orders"], page: number, status: string) => unknown): Tamper =>
  (call, answer) => {
    if (call.operation !== "getOrders" || call.query.orderDateFrom === undefined) return answer;
    const { orders } = answer.body as Page; // what the operation answers
    const body = change(orders, Number(call.query.pageNumber), String(call.query.orderStatus));
    return { ...answer, unchecked: true, body };
  };
const run = (trigger?: "PERSON") => runOf(t, scene, "ORDERS", trigger);
const later = (minutes: number) => t.clock.advance({ minutes });
/** From when orders were asked for, of each call for the first page of new orders. */
const asked = () =>
  callsOf(scene, "getOrders")
    .filter(({ query }) => query.get("pageNumber") === "1" && query.get("orderStatus") === "CREATED")
    .map(({ query }) => Temporal.Instant.from(query.get("orderDateFrom") ?? "").toString());

describe("pulling new orders", () => {
  it("stores every page of fifty as orders, and a second run changes nothing", async () => {
    await placeOrders(scene, 120);
    expect(await run()).toMatchObject({ state: "DONE", ok: 120, failed: 0, message: "120 orders read, 120 new." });
    expect((await ordersOf(t, scene)).map((o) => o.state)).toEqual(Array(120).fill("CREATED"));
    await expectMoneyTrue(t, scene.tenantId);
    expect(await run("PERSON")).toMatchObject({ state: "DONE", ok: 120, message: "120 orders read, 0 new." });
    expect(await ordersOf(t, scene)).toHaveLength(120);
    expect((await intakeOf(t, scene)).map((row) => [row.state, row.seen])).toEqual(Array(120).fill(["CREATED", 2]));
  });

  it("asks for all days first and every hour, between with an overlap, and for all when a person asks", async () => {
    const fifteenDaysBefore = () =>
      t.clock
        .now()
        .subtract({ hours: 15 * 24 })
        .toString();
    const wanted: string[] = [fifteenDaysBefore()];
    await run();
    for (const minutes of [5, 5]) {
      wanted.push(t.clock.now().subtract({ hours: 2 }).toString());
      later(minutes);
      await run();
    }
    wanted.push(fifteenDaysBefore());
    await run("PERSON");
    later(55);
    wanted.push(
      t.clock
        .now()
        .subtract({ minutes: 55 + 120 })
        .toString(),
    ); // swept 55 minutes ago
    await run();
    later(5);
    wanted.push(fifteenDaysBefore());
    await run();
    expect(asked()).toEqual(wanted);
  });

  it("finds an order that shows late, with an old date, within the hour", async () => {
    await run();
    later(5);
    await placeOrders(scene, 1, { placedMinutesAgo: 3 * 24 * 60 });
    await run();
    expect(await ordersOf(t, scene)).toEqual([]);
    later(55);
    await run();
    expect(await ordersOf(t, scene)).toHaveLength(1);
  });

  it("costs as many statements for a page of fifty as for one of five", async () => {
    const statementsOf = async (orders: number) => {
      await placeOrders(scene, orders);
      later(1);
      const counted = counting(t.db);
      const before = scene.ctx;
      scene = { ...scene, ctx: { ...before, db: counted.db } };
      await run();
      scene = { ...scene, ctx: before };
      return counted.count();
    };
    await statementsOf(3); // listings are made once
    const few = await statementsOf(5);
    const many = await statementsOf(41); // forty-nine in the window: one page still
    expect(many).toBe(few);
    expect(await ordersOf(t, scene)).toHaveLength(49);
  });
});

describe("a page that fails", () => {
  it("leaves the cursor; what came before is stored, and the next run asks again", async () => {
    await placeOrders(scene, 120);
    tamper = pages((orders, page) => (page === 3 ? { message: "out of order" } : { orders }));
    const failed = await run();
    expect(failed).toMatchObject({ state: "FAILED", ok: 100 });
    expect(failed.message).toMatch(/^Page 3 of CREATED orders: .*100 orders read, 100 new\.$/);
    expect(await ordersOf(t, scene)).toHaveLength(100);
    expect(await cursorOf(t, scene)).toEqual({});
    tamper = (_, answer) => answer;
    later(5);
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await ordersOf(t, scene)).toHaveLength(120);
    expect(await cursorOf(t, scene)).toMatchObject({ through: t.clock.now().toString() });
  });

  it("keeps orders and cursor of the last page together: both or neither", async () => {
    await placeOrders(scene, 60);
    const cut = await runOf(t, scene, "ORDERS", "SCHEDULE", (ctx, running) =>
      syncOrders(ctx, {
        ...running,
        saveCursor: async (tx, cursor) => {
          await running.saveCursor(tx, cursor);
          throw new Error("the process ends here");
        },
      }),
    );
    expect(cut.state).toBe("FAILED");
    expect(await ordersOf(t, scene)).toHaveLength(50);
    expect(await cursorOf(t, scene)).toEqual({});
    await run();
    expect(await ordersOf(t, scene)).toHaveLength(60);
  });

  it("is not a success: the lag goes on growing", async () => {
    tamper = pages(() => ({ message: "out of order" }));
    await run();
    const [sync] = await t.raw(
      "select last_success_at, consecutive_failures from godown.sync_state where channel_id = $1 and kind = 'ORDERS'",
      [scene.channelId],
    );
    expect(sync).toEqual({ last_success_at: null, consecutive_failures: 1 });
  });

  it("is asked for once more when it repeats an earlier one: answers get mixed up", async () => {
    await placeOrders(scene, 120);
    await setFaults(scene.sim, { kind: "repeat_page", operation: "getOrders", count: 1 });
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await ordersOf(t, scene)).toHaveLength(120);
  });

  it("that repeats again and again ends the run, says so, and leaves the cursor", async () => {
    await placeOrders(scene, 120);
    let first: Page["orders"] = [];
    tamper = pages((orders, page) => {
      if (page === 1) first = orders;
      return { orders: orders.length === 0 ? orders : first };
    });
    const ended = await run();
    expect(ended).toMatchObject({ state: "FAILED", ok: 50 });
    expect(ended.message).toContain("Page 2 of CREATED orders repeats an earlier page");
    expect(await cursorOf(t, scene)).toEqual({});
  });

  it("is fetched again with a new token after a 401, and when its answer broke off", async () => {
    await placeOrders(scene, 120);
    await setFaults(scene.sim, { kind: "401", operation: "getOrders", count: 1 });
    await setFaults(scene.sim, { kind: "half_answer", operation: "getOrders", count: 2 });
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await ordersOf(t, scene)).toHaveLength(120);
  });

  it("breaks the channel when the credentials are refused for good, and leaves the cursor", async () => {
    await placeOrders(scene, 60);
    await setFaults(scene.sim, { kind: "401", operation: "getOrders" });
    expect(await run()).toMatchObject({ state: "FAILED", ok: 0 });
    const [channel] = await t.raw<{ state: string }>("select state from godown.channel where channel_id = $1", [
      scene.channelId,
    ]);
    expect(channel?.state).toBe("BROKEN");
    expect(await cursorOf(t, scene)).toEqual({});
  });
});

describe("a list that shifts while it is read", () => {
  it("forward gives an order twice: it is one", async () => {
    await placeOrders(scene, 70);
    let last: Page["orders"] = [];
    tamper = pages((orders, page, status) => {
      if (status !== "CREATED") return { orders };
      const given = page === 2 ? [...last, ...orders] : orders;
      last = orders.slice(-1);
      return { orders: given };
    });
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await ordersOf(t, scene)).toHaveLength(70);
  });

  it("backward hides one: the next run has it", async () => {
    await placeOrders(scene, 70);
    tamper = pages((orders, page) => ({ orders: page === 2 ? orders.slice(1) : orders }));
    await run();
    expect(await ordersOf(t, scene)).toHaveLength(69);
    tamper = (_, answer) => answer;
    later(5);
    await run();
    expect(await ordersOf(t, scene)).toHaveLength(70);
  });
});

describe("rows that cannot be orders", () => {
  it("are kept in intake, once however often they are shown, and the others become orders", async () => {
    await placeOrders(scene, 3);
    tamper = pages((orders, _, status) => ({
      orders: status === "CREATED" ? [...orders, { orderDate: "2026-11-20T09:00:00" }, null] : orders,
    }));
    expect(await run()).toMatchObject({ state: "PARTIAL", ok: 3, failed: 2 });
    later(5);
    expect(await run()).toMatchObject({ state: "DONE", failed: 0 });
    expect((await intakeOf(t, scene)).filter((row) => row.code !== null)).toEqual([
      { order: "(no id)", state: "IGNORED", code: "ORDER_MALFORMED", seen: 2 },
      { order: "(no id)", state: "IGNORED", code: "ORDER_MALFORMED", seen: 2 },
    ]);
    expect(await ordersOf(t, scene)).toHaveLength(3);
  });

  it("with an id stand under Failed orders until the marketplace corrects them", async () => {
    const [id = ""] = await placeOrders(scene, 1, { raw: { shippingAddress: { pincode: 7 } } });
    expect(await run()).toMatchObject({ state: "PARTIAL", ok: 0, failed: 1 });
    later(5);
    expect(await run()).toMatchObject({ state: "DONE", failed: 0 }); // told once
    expect(await intakeOf(t, scene)).toEqual([{ order: id, state: "FAILED", code: "ORDER_MALFORMED", seen: 2 }]);
    tamper = pages((orders) => ({
      orders: orders.map((o) => ({ ...o, shippingAddress: { ...(o.billingAddress as object) } })),
    }));
    later(5);
    await run();
    expect((await ordersOf(t, scene)).map((o) => o.code)).toEqual([id]);
  });

  it("hold what no database can: the order stands aside alone", async () => {
    await placeOrders(scene, 2);
    await placeOrders(scene, 1, { additionalInfo: "a\u0000b" });
    expect(await run()).toMatchObject({ state: "PARTIAL", ok: 2, failed: 1 });
    expect(await ordersOf(t, scene)).toHaveLength(2);
    expect(await cursorOf(t, scene)).toMatchObject({ through: t.clock.now().toString() });
    later(5);
    expect(await run()).toMatchObject({ failed: 0 });
    expect((await intakeOf(t, scene)).filter((row) => row.state === "IGNORED")).toMatchObject([{ seen: 2 }]);
  });

  it("that change their content are shown to a person once", async () => {
    await placeOrders(scene, 1);
    await run();
    tamper = pages((orders) => ({ orders: orders.map((o) => ({ ...o, gstin: "29ABCDE1234F1Z5" })) }));
    for (let i = 0; i < 3; i++) {
      later(5);
      await run();
    }
    const doubts = await t.raw("select kind from godown.order_exception where tenant_id = $1", [scene.tenantId]);
    expect(doubts).toEqual([{ kind: "SAME_ID_OTHER_CONTENT" }]);
    expect((await intakeOf(t, scene)).map((row) => [row.code, row.seen])).toEqual([
      [null, 1],
      ["SAME_ID_OTHER_CONTENT", 3],
    ]);
  });

  it("name no facility of ours wait, say which code to map, and heal when it is", async () => {
    const [id = ""] = await placeOrders(scene, 1, { warehouse: "WH-9" });
    await run();
    const [entry] = await t.raw<{ code: string; message: string; waits_for: string[] }>(
      "select code, message, waits_for from godown.intake where tenant_id = $1 and channel_order_id = $2",
      [scene.tenantId, id],
    );
    expect(entry).toMatchObject({ code: "FACILITY_NOT_MAPPED", waits_for: [`CHANNEL:${scene.channelId}`] });
    expect(entry?.message).toContain("WH-9");
    const [facility] = await t.raw<{ code: string }>("select code from godown.facility where facility_id = $1", [
      scene.facilityId,
    ]);
    const warehouseLocation = JSON.stringify({ "WH-9": facility?.code });
    must(await setCredentials(scene.ctx, scene.channelId, { ...scene.credentials, warehouseLocation }));
    expect(await waitingJobs(t, "orders.retry_intake")).toContainEqual({ cause: `CHANNEL:${scene.channelId}` });
    await retryChannel(scene);
    expect((await unitsOf(t, scene.tenantId)).map((u) => [u.order, u.facility])).toEqual([[id, facility?.code]]);
  });
});

it("gives each order its units once, whatever is repeated, cut and mixed up", async () => {
  await placeOrders(scene, 130);
  await setFaults(scene.sim, { kind: "repeat_page", operation: "getOrders", rate: 0.2 });
  await setFaults(scene.sim, { kind: "half_answer", operation: "getOrders", rate: 0.1 });
  for (let i = 0; i < 6; i++) {
    await run();
    later(5);
  }
  await setFaults(scene.sim, null);
  await run();
  expect(await ordersOf(t, scene)).toHaveLength(130);
  expect(await unitsOf(t, scene.tenantId)).toHaveLength(130);
});

/** The database with its statements counted, transaction by transaction. */
function counting(db: Db): { db: Db; count: () => number } {
  let statements = 0;
  const counted = <Result>(result: Result): Result => {
    statements += 1;
    return result;
  };
  const watch = (tx: Tx): Tx => ({
    tenantId: tx.tenantId,
    run: (query) => counted(tx.run(query)),
    first: (query) => counted(tx.first(query)),
    one: (query) => counted(tx.one(query)),
    count: (query) => counted(tx.count(query)),
    atEnd: tx.atEnd,
    attempt: tx.attempt,
  });
  const watched: Db = Object.assign(Object.create(db), {
    transaction: <T>(tenantId: Parameters<Db["transaction"]>[0], work: (tx: Tx) => Promise<T>) =>
      db.transaction(tenantId, (tx) => work(watch(tx))),
    read: <T>(tenantId: Parameters<Db["read"]>[0], work: (tx: Tx) => Promise<T>) =>
      db.read(tenantId, (tx) => work(watch(tx))),
  });
  return { db: watched, count: () => statements };
}
