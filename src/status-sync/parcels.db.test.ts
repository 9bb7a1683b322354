import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource, type ChangesSource } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { move } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { runSync } from "../channels/index.ts";
import type { ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { statusHandler } from "./sync.ts";
import { applyTracking } from "./tracking.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  // No lists of changes: orders are asked for by their ids, two a question.
  source = await aChangesSource(`PARCELS_${next()}`, {
    rules: { thirdPartyShipping: { default: true, allowed: [true, false] } },
    feeds: [],
  });
  shop = await aShop(t, { source: source.id });
});
afterEach(() => source.close());

const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
const ago = (minutes: number) => t.clock.now().subtract({ minutes }).toString();
const run = async () => {
  t.clock.advance({ minutes: 60 });
  const kind = "STATUS_DELIVERED";
  await runSync(ctx(), { channelId: shop.channelId, kind, trigger: "PERSON", syncRunId: null }, statusHandler(kind));
  const [row] = await t.raw<{ state: string; ok: number; message: string | null }>(
    "select state, ok_count as ok, message from godown.sync_run where channel_id = $1 order by started_at desc, sync_run_id desc limit 1",
    [shop.channelId],
  );
  return row;
};
interface Row {
  readonly id: ShippingPackageId;
  readonly order: string;
  readonly state: string;
  readonly awb: string | null;
  readonly status: string | null;
}
const packages = () =>
  t.raw<Row>(
    "select p.shipping_package_id as id, o.channel_order_id as order, p.state, p.awb, p.courier_status as status from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1 order by p.code",
    [shop.tenantId],
  );
/** Orders that the channel ships, their parcels gone as those that were processed on its panel: without numbers. */
async function gone(orders: readonly { readonly id: string; readonly packets?: readonly number[] }[]): Promise<void> {
  const { productId } = shop;
  const bodies = orders.map(({ id, packets = [0] }) =>
    aPushOrder(
      packets.map((packetNumber) => ({ productId, over: { packetNumber } })),
      { id, thirdPartyShipping: true },
    ),
  );
  await packagesFor(t, shop, bodies);
  const ids = (await packages()).map((row) => row.id);
  await move(t, shop.tenantId, ids, ["pack", "label", "manifest", "dispatch"]);
  await t.raw("update godown.shipping_package set awb = null, dispatched_how = 'ADOPTED' where tenant_id = $1", [
    shop.tenantId,
  ]);
}
const stand = async () => (await packages()).map((row) => [row.order, row.state, row.awb, row.status]);

describe("a tracking number that the channel gives to several packages", () => {
  const shared = (minutes: number) =>
    [{ courier: "EKART", awb: "EK1", statuses: [["In Transit", ago(minutes)]] }] as const;

  it("is the first one's alone, of orders of one answer; both have its words, and orders behind them are read", async () => {
    await gone([{ id: "O-1" }, { id: "O-2" }, { id: "O-3" }]);
    source.parcels.set("O-1", shared(9));
    source.parcels.set("O-2", shared(9));
    source.parcels.set("O-3", [{ awb: "EK3", courier: "EKART", statuses: [["Delivered", ago(5)]] }]);
    expect(await run()).toMatchObject({ state: "DONE", ok: 3 });
    expect(await stand()).toEqual([
      ["O-1", "SHIPPED", "EK1", "In Transit"],
      ["O-2", "SHIPPED", null, "In Transit"],
      ["O-3", "DELIVERED", "EK3", "Delivered"],
    ]);
  });

  it("of one order: both packages go on hearing of their parcel", async () => {
    await gone([{ id: "O-1", packets: [1, 2] }]);
    const told = (words: readonly (readonly [string, string])[]) =>
      source.parcels.set("O-1", [
        { lines: ["O-1-L1"], courier: "EKART", awb: "EK1", statuses: words },
        { lines: ["O-1-L2"], courier: "EKART", awb: "EK1", statuses: words },
      ]);
    told([["In Transit", ago(9)]]);
    expect(await run()).toMatchObject({ state: "DONE" });
    expect(await stand()).toEqual([
      ["O-1", "SHIPPED", "EK1", "In Transit"],
      ["O-1", "SHIPPED", null, "In Transit"],
    ]);
    told([["Delivered", ago(2)]]);
    await run();
    expect((await packages()).map((row) => row.state)).toEqual(["DELIVERED", "DELIVERED"]);
  });
});

describe("an order whose parcels' news cannot be kept", () => {
  it("is named, and neither the others of its answer nor the orders behind it wait for it", async () => {
    await gone([{ id: "O-1" }, { id: "O-2" }, { id: "O-3" }]);
    source.parcels.set("O-1", [{ statuses: [["In Transit", "-100000-01-01T00:00:00Z"]] }]); // before any time that is kept
    for (const id of ["O-2", "O-3"]) source.parcels.set(id, [{ statuses: [["Delivered", ago(5)]] }]);
    for (let round = 0; round < 2; round++)
      expect(await run()).toMatchObject({ state: "PARTIAL", message: expect.stringMatching(/order "O-1"/) });
    expect((await packages()).map((row) => row.state)).toEqual(["DISPATCHED", "DELIVERED", "DELIVERED"]);
  });

  it("by a fault of ours when they are applied, does not stop the others' words either", async () => {
    await gone([{ id: "O-1" }, { id: "O-2" }]);
    const [first, second] = await packages();
    if (!first || !second) throw new Error("there are two packages");
    for (const { id } of [first, second])
      await t.raw(
        "insert into godown.package_tracking (tenant_id, package_tracking_id, shipping_package_id, raw, meaning, at, heard_at, via) values ($1, gen_random_uuid(), $2, 'Delivered', 'DELIVERED', $3, $3, 'STATUS')",
        [shop.tenantId, id, ago(1)],
      );
    await t.raw(
      "create function godown.stumble() returns trigger language plpgsql as $$ begin raise exception 'stumbled'; end $$",
    );
    await t.raw(
      `create trigger stumble before update on godown.shipping_package for each row when (old.shipping_package_id = '${first.id}') execute function godown.stumble()`,
    );
    await expect(applyTracking(ctx(), null)).rejects.toThrow(/stumbled/);
    expect((await packages()).map((row) => row.state)).toEqual(["DISPATCHED", "DELIVERED"]);
    await t.raw("drop trigger stumble on godown.shipping_package");
    await applyTracking(ctx(), null);
    expect((await packages()).map((row) => row.state)).toEqual(["DELIVERED", "DELIVERED"]);
  });
});

describe("couriers' words by lines, without a number", () => {
  it("stand on every package whose lines they are said of", async () => {
    await gone([{ id: "O-1", packets: [1, 2] }]);
    source.parcels.set("O-1", [{ lines: ["O-1-L1", "O-1-L2"], statuses: [["In Transit", null]] }]);
    await run();
    expect(await stand()).toEqual([
      ["O-1", "SHIPPED", null, "In Transit"],
      ["O-1", "SHIPPED", null, "In Transit"],
    ]);
    source.parcels.set("O-1", [{ lines: ["O-1-L1", "O-1-L2"], statuses: [["Delivered", null]] }]);
    await run();
    expect((await packages()).map((row) => row.state)).toEqual(["DELIVERED", "DELIVERED"]);
    const [order] = await t.raw<{ state: string }>("select state from godown.sale_order where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(order).toEqual({ state: "COMPLETE" });
  });

  it("without times: one that comes back after another is a new one, and one that is merely repeated is not", async () => {
    await gone([{ id: "O-1" }]);
    const heard: unknown[] = [];
    for (const word of ["Undelivered", "Undelivered", "Out For Delivery", "Undelivered", "Undelivered"]) {
      source.parcels.set("O-1", [{ lines: ["O-1-L1"], statuses: [[word, null]] }]);
      t.clock.advance({ hours: 8 });
      await run();
      heard.push((await stand())[0]?.[3]);
    }
    expect(heard).toEqual(["Undelivered", "Undelivered", "Out For Delivery", "Undelivered", "Undelivered"]);
    const kept = await t.raw<{ raw: string }>(
      "select raw from godown.package_tracking where tenant_id = $1 order by heard_at",
      [shop.tenantId],
    );
    expect(kept.map((row) => row.raw)).toEqual(["Undelivered", "Out For Delivery", "Undelivered"]);
    const [ndr] = await t.raw<{ attempts: number }>("select attempts from godown.package_ndr where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(ndr).toEqual({ attempts: 2 });
  });

  it("that a line arrived do not end a package of which another line still travels", async () => {
    await gone([{ id: "O-1", packets: [1, 1, 2] }]);
    source.parcels.set("O-1", [
      { lines: ["O-1-L1", "O-1-L3"], statuses: [["Delivered", null]] },
      { lines: ["O-1-L2"], statuses: [["In Transit", null]] },
    ]);
    await run();
    expect((await packages()).map((row) => [row.state, row.status])).toEqual([
      ["SHIPPED", "In Transit"],
      ["DELIVERED", "Delivered"],
    ]);
    source.parcels.set("O-1", [{ lines: ["O-1-L1", "O-1-L2", "O-1-L3"], statuses: [["Delivered", null]] }]);
    await run();
    expect((await packages()).map((row) => row.state)).toEqual(["DELIVERED", "DELIVERED"]);
  });
});
