import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { aFacility, aSku, aTenant, next } from "../../../tests/support/builders.ts";
import { SIM_PASSWORD, setFaults } from "../../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import { aChannel, aListing, aPushOrder, receive } from "../../../tests/support/order-builders.ts";
import { aBazaar, anOker, heldByWarehouse, WAREHOUSE_PRODUCTS } from "../../../tests/support/warehouse-sources.ts";
import {
  addChannel,
  channelRoutes,
  connectChannel,
  followFacility,
  markDirty,
  setCredentials,
} from "../../channels/index.ts";
import {
  type ChannelId,
  type FacilityId,
  type ListingId,
  must,
  type SkuId,
  type TenantId,
} from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { sql } from "../../platform/db.ts";
import { facilityById, onFacilitySwitched, updateFacility } from "../../warehouse/index.ts";
import { figureRoutes } from "./figure-routes.ts";
import { pushInventory } from "./push.handler.ts";

const [BLR, DEL, MUM] = ["OKR-BLR-01", "OKR-DEL-02", "OKR-MUM-03"];
const [FAN, GEYSER] = WAREHOUSE_PRODUCTS;

let t: TestDatabase;
let sim: Awaited<ReturnType<typeof anOker>>;
let tenantId: TenantId;
let ctx: Ctx;
let channelId: ChannelId;
let credentials: { username: string; password: string };
let facilities: { readonly id: FacilityId; readonly code: string }[];
let pen: SkuId;

beforeAll(async () => {
  t = await testDatabase();
  onFacilitySwitched(followFacility);
});
afterAll(() => t.close());
beforeEach(async () => {
  credentials = { username: `seller-${next()}`, password: SIM_PASSWORD };
  sim = await anOker(credentials);
  tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  ctx = t.ctx(tenantId, { sourceUrls: new Map([["OKER", sim.url]]) });
  const codes = [`BLR${next()}`, `DEL${next()}`, `MUM${next()}`];
  facilities = [];
  for (const code of codes) facilities.push({ id: await aFacility(t.db, tenantId, { code }), code });
  channelId = must(
    await addChannel(ctx, {
      ...{ source: "OKER", name: `Oker_${next()}` },
      settings: { facilities: facilities.map(({ id }) => ({ facilityId: id, channelWarehouse: null })) },
    }),
  ).channelId;
  await map({ [BLR]: 0, [DEL]: 1 });
  expect(must(await connectChannel(ctx, channelId)).connected).toBe(true);
  pen = await aSku(t.db, tenantId);
  return () => sim.close();
});

/** Switches a facility on or off as its page does. */
async function switchFacility(place: number, enabled: boolean): Promise<void> {
  const facility = await t.db.read(tenantId, (tx) => facilityById(tx, at(place)));
  if (!facility) throw new Error("there is the facility");
  must(await updateFacility(ctx, at(place), { ...facility, enabled }));
}

/** Maps the channel's warehouses to facilities, by their place in the list; all of them stay chosen. */
async function map(warehouses: Record<string, number>): Promise<void> {
  const entries = Object.entries(warehouses).map(([code, at]) => [code, facilities[at]?.code]);
  must(
    await setCredentials(ctx, channelId, {
      ...credentials,
      warehouseLocation: JSON.stringify(Object.fromEntries(entries)),
    }),
  );
}

async function listed(product = FAN, over: Parameters<typeof aListing>[4] = {}, skuId = pen): Promise<ListingId> {
  if (!product) throw new Error("the simulator offers products");
  const { productId, variantId } = product;
  const { listingId } = await aListing(t, tenantId, channelId, skuId, { productId, ...over });
  await t.raw("update godown.listing set variant_id = $2, channel_product_id = $3 where listing_id = $1", [
    ...[listingId, variantId, `${productId}-${variantId}`],
  ]);
  await dirty();
  return listingId as ListingId;
}

const at = (place: number) => facilities[place]?.id ?? (facilities[0]?.id as FacilityId);
const put = (place: number, quantity: number, skuId = pen) => stock(t, tenantId, at(place), skuId, quantity);
const push = (over: Partial<Ctx> = {}) => pushInventory({ ...ctx, ...over }, channelId);
const dirty = (force = false) => t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }, force));
const held = (product = FAN, of = sim) => product && heldByWarehouse(of, product);
const calls = async () =>
  (
    await t.raw<{ list: { productId: string; inventory: string; facilityCode?: string }[] }>(
      "select request->'inventoryList' as list from godown.exchange where tenant_id = $1 and operation = 'pushInventory/updateInventory' order by exchange_id",
      [tenantId],
    )
  ).map((row) => row.list.map((line) => [line.facilityCode ?? null, line.inventory]));
const told = (listingId: ListingId) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ published: number | null; outcome: string | null; message: string | null; dirty: boolean }>`
      select l.published, l.publish_outcome as outcome, l.publish_message as message,
        exists (select from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.listing_id = l.listing_id) as dirty
      from godown.listing l where l.tenant_id = ${tenantId} and l.listing_id = ${listingId}`),
  );

describe("a channel that counts stock by its own warehouses", () => {
  it("is told of each the stock of its facility alone, less what is sold there", async () => {
    await put(0, 10);
    await put(1, 4);
    await put(2, 50); // chosen, and no warehouse of the channel is mapped to it
    const listingId = await listed();
    await waiting(3, 0);
    await waiting(1, null); // may come to either
    expect(await push()).toBe("done");
    expect(held()).toEqual({ [BLR]: 6, [DEL]: 3 });
    expect(await told(listingId)).toEqual({ published: 9, outcome: "ACCEPTED", message: null, dirty: false });
  });

  it("keeps back what other channels may need there, and the buffer in each; the cap is of all together", async () => {
    const other = await aChannel(t, tenantId, [at(1)]);
    await aListing(t, tenantId, other, pen, { reserved: 4 });
    await put(0, 20);
    await put(1, 20);
    await listed(FAN, { buffer: 1 });
    await listed(GEYSER, { cap: 18 });
    await push();
    expect(held(FAN)).toEqual({ [BLR]: 19, [DEL]: 15 });
    expect(held(GEYSER)).toEqual({ [BLR]: 10, [DEL]: 8 });
  });

  it("is told of a bundle what each facility can make of it alone", async () => {
    const [kit, cup] = [await aSku(t.db, tenantId), await aSku(t.db, tenantId)];
    await t.raw("update godown.sku set is_bundle = true where sku_id = $1", [kit]);
    for (const [component, quantity] of [
      [pen, 3],
      [cup, 1],
    ] as const)
      await t.raw(
        "insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values ($1, $2, $3, $4)",
        [tenantId, kit, component, quantity],
      );
    await put(0, 10);
    await put(0, 9, cup);
    await put(1, 30);
    await listed(FAN, {}, kit);
    await push();
    expect(held()).toEqual({ [BLR]: 3, [DEL]: 0 });
  });

  it("is told what ran out before the rest, and only what changed", async () => {
    await put(0, 5);
    await listed();
    await push();
    await put(1, 2);
    await push();
    expect(await calls()).toEqual([
      [
        [DEL, "0"],
        [BLR, "5"],
      ],
      [[DEL, "2"]],
    ]);
  });

  it("is told of each again after a push that broke off, of one that is mapped no more since as well", async () => {
    const listingId = await listed();
    await push();
    await dirty();
    await t.raw(
      "insert into godown.push_lease (tenant_id, channel_id, holder, until) values ($1, $2, gen_random_uuid(), '-infinity')",
      [tenantId, channelId],
    );
    await map({ [BLR]: 0 });
    await push();
    expect((await calls())[1]?.sort()).toEqual([
      [BLR, "0"],
      [DEL, "0"],
    ]);
    expect(await told(listingId)).toEqual({ published: 0, outcome: "ACCEPTED", message: null, dirty: false });
  });

  it("is told 0 everywhere while publishing is stopped", async () => {
    await put(0, 5);
    await put(1, 6);
    await listed();
    await push();
    await t.raw(
      "insert into godown.publish_stop (tenant_id, kind, record_id, stopped_at, stopped_by) values ($1, 'CHANNEL', $2, now(), 'test')",
      [tenantId, channelId],
    );
    await dirty();
    await push();
    expect(held()).toEqual({ [BLR]: 0, [DEL]: 0 });
  });

  it("is told 0 of a warehouse whose facility is switched off, and its stock again when it is on", async () => {
    await put(0, 10);
    await put(1, 4);
    await listed();
    await push();
    expect(held()).toEqual({ [BLR]: 10, [DEL]: 4 });
    await switchFacility(1, false);
    expect(await push()).toBe("done");
    expect(held()).toEqual({ [BLR]: 10, [DEL]: 0 });
    await switchFacility(0, false);
    await push();
    expect(held()).toEqual({ [BLR]: 0, [DEL]: 0 }); // and nothing of what is chosen beside the map
    await switchFacility(1, true);
    await push();
    expect(held()).toEqual({ [BLR]: 0, [DEL]: 4 });
  });

  it("is told 0, once, of a warehouse that is mapped no more, and the stock under its new code", async () => {
    await put(0, 5);
    await put(1, 6);
    const listingId = await listed();
    await push();
    await map({ [BLR]: 0, [MUM]: 1 });
    await push();
    expect(held()).toEqual({ [BLR]: 5, [DEL]: 0, [MUM]: 6 });
    expect(await told(listingId)).toMatchObject({ published: 11, outcome: "ACCEPTED", dirty: false });
    const before = (await calls()).length;
    await dirty(true);
    await push();
    expect((await calls()).slice(before).flat()).toEqual([
      [BLR, "5"],
      [MUM, "6"],
    ]);
  });

  it("shows what it refuses of one warehouse, and tells that again at the next change", async () => {
    await map({ [BLR]: 0, "OKR-XXX-99": 1 }); // the simulated Oker knows no such warehouse, and names the listing alone
    await put(0, 5);
    await put(1, 6);
    const listingId = await listed();
    expect(await push()).toBe("done");
    const { outcome, message, dirty: waits } = await told(listingId);
    expect([outcome, waits]).toEqual(["REFUSED", false]);
    expect(message).toContain("OKR-XXX-99: no warehouse OKR-XXX-99 is known here");
    await map({ [BLR]: 0, [DEL]: 1 });
    await push();
    expect(held()).toEqual({ [BLR]: 5, [DEL]: 6 });
    expect(await told(listingId)).toEqual({ published: 11, outcome: "ACCEPTED", message: null, dirty: false });
  });

  it("keeps the mark until every warehouse of the listing was told, over calls that do not hold them all", async () => {
    await put(0, 5);
    await put(1, 6);
    const many = [];
    for (const product of WAREHOUSE_PRODUCTS.slice(0, 40)) many.push(await listed(product)); // 80 figures, 50 a call
    await dirty(true);
    expect(await push()).toBe("done");
    expect((await calls()).map((lines) => lines.length)).toEqual([50, 30]);
    for (const listingId of many)
      expect(await told(listingId)).toEqual({ published: 11, outcome: "ACCEPTED", message: null, dirty: false });
    const before = (await calls()).length;
    await setFaults(sim, { kind: "failed", operation: "updateInventory", message: "closed for counting" });
    await dirty(true);
    expect(await push()).toBe("done"); // refused ones are not told again and again in the same push
    expect((await calls()).length - before).toBe(2);
    expect(await told(many[0] as ListingId)).toMatchObject({ published: 11, outcome: "REFUSED", dirty: false });
  });

  it("comes back to what may or may not have arrived, warehouse by warehouse", async () => {
    await put(0, 5);
    const listingId = await listed();
    await setFaults(sim, { kind: "half_answer", operation: "updateInventory" });
    expect(await push()).toMatchObject({ retry: expect.any(String) });
    expect(await told(listingId)).toMatchObject({ outcome: "UNKNOWN", dirty: true });
    await setFaults(sim, null);
    t.clock.advance({ minutes: 10 });
    expect(await push()).toBe("done");
    expect(await told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", message: null, dirty: false });
    expect(held()).toEqual({ [BLR]: 5, [DEL]: 0 });
  });
});

describe("why this number", () => {
  it("is said for each warehouse, and for one that is to be told 0", async () => {
    await put(0, 5);
    await put(1, 6);
    const listingId = await listed(FAN, { buffer: 1 });
    await push();
    await map({ [BLR]: 0, [MUM]: 1 });
    await put(0, 2);
    const shown = await figure(listingId);
    expect(shown).toMatchObject({ figure: 11, published: 9, components: [], buffer: 1, stopped: null });
    const parts = { good: 7, blocked: 0, openSale: 0, reservedForOthers: 0, free: 7 };
    expect(shown.warehouses).toMatchObject([
      { warehouse: BLR, facilityCode: facilities[0]?.code, mapped: true, figure: 6, published: 4, components: [parts] },
      { warehouse: MUM, facilityCode: facilities[1]?.code, mapped: true, figure: 5, published: null },
      { warehouse: DEL, facilityCode: facilities[1]?.code, mapped: false, figure: 0, published: 5, components: [] },
    ]);
    await push();
    expect((await figure(listingId)).warehouses.map((each) => [each.warehouse, each.published])).toEqual([
      [BLR, 6],
      [MUM, 5],
    ]);
    const list = channelRoutes.find((each) => each.path === "/listings" && each.method === "GET");
    const listing = await list?.handle(ctx, {
      params: undefined,
      query: list.query?.parse({ listingId }),
      body: undefined,
    });
    expect(listing).toMatchObject({
      rows: [
        {
          published: 11,
          warehouses: [
            { warehouse: BLR, facilityCode: facilities[0]?.code, published: 6, publishOutcome: "ACCEPTED" },
            { warehouse: MUM, facilityCode: facilities[1]?.code, published: 5, publishOutcome: "ACCEPTED" },
          ],
        },
      ],
    });
  });

  /** As the screen asks for it, checked by the schema of the answer. */
  async function figure(listingId: ListingId) {
    const [asked] = figureRoutes;
    const answer = await asked?.handle(ctx, { params: { listingId }, query: {}, body: undefined });
    const { value } = z.object({ ok: z.literal(true), value: z.unknown() }).parse(answer);
    const shape = z.looseObject({
      warehouses: z.array(z.looseObject({ warehouse: z.string().nullable(), published: z.number().nullable() })),
    });
    return shape.parse(asked?.answer?.parse(value));
  }
});

describe("a channel that is not reached", () => {
  it("still holds what each warehouse was told before, and waits to hear the rest", async () => {
    await put(0, 5);
    const listingId = await listed();
    await push();
    await put(1, 6);
    const nobody = new Map([["OKER", "http://127.0.0.1:1"]]);
    expect(await push({ sourceUrls: nobody })).toMatchObject({ retry: expect.any(String) });
    const { message, ...rest } = await told(listingId);
    expect(rest).toEqual({ published: 5, outcome: "ACCEPTED", dirty: true });
    expect(message).toContain(`${DEL}: `);
  });
});

describe("a channel that may map its warehouses", () => {
  it("is told the sum without a map, and 0 of the sum once there is one", async () => {
    const bazaar = await aBazaar(credentials);
    ctx = t.ctx(tenantId, { sourceUrls: new Map([["MARKETPLACE", bazaar.url]]) });
    channelId = must(
      await addChannel(ctx, {
        ...{ source: "MARKETPLACE", name: `Bazaar_${next()}` },
        settings: { facilities: facilities.map(({ id }) => ({ facilityId: id, channelWarehouse: null })) },
      }),
    ).channelId;
    must(await setCredentials(ctx, channelId, credentials));
    expect(must(await connectChannel(ctx, channelId)).connected).toBe(true);
    await put(0, 5);
    await put(1, 6);
    const listingId = await listed();
    await push();
    expect(held(FAN, bazaar)).toEqual({ "": 11 });
    await warehouse("W1", at(0));
    await push();
    expect(held(FAN, bazaar)).toEqual({ "": 0, W1: 5 });
    expect(await told(listingId)).toMatchObject({ published: 5, outcome: "ACCEPTED" });
    await warehouse(null, at(0));
    await push();
    expect(held(FAN, bazaar)).toEqual({ "": 11, W1: 0 });
    expect(await told(listingId)).toMatchObject({ published: 11, outcome: "ACCEPTED" });
    await bazaar.close();
  });

  async function warehouse(code: string | null, facilityId: FacilityId): Promise<void> {
    await t.raw(
      "update godown.channel_facility set channel_warehouse = $3 where channel_id = $1 and facility_id = $2",
      [...[channelId, facilityId, code]],
    );
    await dirty();
  }
});

/** Units of an order that are sold and not blocked yet, at a facility or at none. */
async function waiting(units: number, place: number | null): Promise<void> {
  const elsewhere = await aChannel(t, tenantId, [at(0)]);
  const { productId } = await aListing(t, tenantId, elsewhere, pen);
  const order = aPushOrder([{ productId, quantity: units }]);
  await receive(t, tenantId, elsewhere, [order]);
  const moved = await t.raw(
    `update godown.sale_order_item u set facility_id = $3 from godown.sale_order o
     where o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id and o.tenant_id = $1 and o.channel_order_id = $2 returning 1`,
    [tenantId, order.id, place === null ? null : at(place)],
  );
  expect(moved).toHaveLength(units);
}
