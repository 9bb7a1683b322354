import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { dirtyOf, waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aListing, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { ajioDropship } from "../../tests/support/sources.ts";
import { type ChannelId, type FacilityId, must, type TenantId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql } from "../platform/db.ts";
import {
  addChannel,
  type ChannelSettings,
  configureChannel,
  findChannel,
  intakeChannels,
  onChannelChanged,
} from "./index.ts";
import { type CredentialOptions, setCredentials } from "./set-credentials.ts";
import { channelSummary } from "./summary.ts";

let t: TestDatabase;
let tenantId: TenantId;
let ctx: Ctx;
let blr: FacilityId;
let del: FacilityId;
let mum: FacilityId;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db, { edition: "PROFESSIONAL" });
  ctx = t.ctx(tenantId);
  blr = await aFacility(t.db, tenantId, { code: "BLR1" });
  del = await aFacility(t.db, tenantId, { code: "DEL1" });
  mum = await aFacility(t.db, tenantId, { code: "MUM1" });
});

const refusedWith = (code: string, facts: object = {}) => ({
  ok: false,
  refusal: { code, facts: expect.objectContaining(facts) },
});
const choose = (...ids: FacilityId[]): ChannelSettings["facilities"] =>
  ids.map((facilityId) => ({ facilityId, channelWarehouse: null }));
const add = async (source: string, name: string, ...ids: FacilityId[]): Promise<ChannelId> =>
  must(await addChannel(ctx, { source, name, settings: { facilities: choose(...ids) } })).channelId;
const store = (channelId: ChannelId, over: Record<string, string> = {}, options: CredentialOptions = {}) =>
  setCredentials(ctx, channelId, { username: "DV100", password: "hush", storeCode: "BLR1", ...over }, options);
const map = (channelId: ChannelId, warehouses: string, options: CredentialOptions = {}) =>
  setCredentials(ctx, channelId, { username: "seller", password: "hush", warehouseLocation: warehouses }, options);
const stored = async (channelId: ChannelId) => {
  const channel = await t.db.read(tenantId, (tx) => findChannel(tx, channelId));
  if (!channel) throw new Error("the channel is there");
  return channel;
};
const summary = async (channelId: ChannelId) =>
  must(await t.db.read(tenantId, (tx) => channelSummary(ctx, tx, channelId)));
const trail = async (action: string) =>
  (
    await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ after: Record<string, unknown> }>`
        select after from godown.audit_event where action = ${action} order by audit_event_id`),
    )
  ).map((event) => event.after);

describe("a channel of one store", () => {
  it("is for some editions only, and begins with a name that nobody has", async () => {
    const standard = await aTenant(t.db);
    const facility = await aFacility(t.db, standard);
    expect(
      await addChannel(t.ctx(standard), {
        source: "AJIO_DROPSHIP",
        name: "S",
        settings: { facilities: choose(facility) },
      }),
    ).toMatchObject(refusedWith("SOURCE_NOT_IN_EDITION", { edition: "STANDARD" }));
  });
  it("is saved only with its store among its facilities, and keeps it", async () => {
    const channelId = await add("AJIO_DROPSHIP", "Store_1", del);
    expect(await store(channelId)).toMatchObject(refusedWith("STORE_NOT_CHOSEN", { store: "BLR1" }));
    expect((await stored(channelId)).fields).toEqual({}); // nothing of it is kept
    expect(await store(channelId, { storeCode: "NOWHERE" })).toMatchObject(refusedWith("STORE_NOT_CHOSEN"));
    must(await store(channelId, {}, { facilities: [blr] }));
    expect((await stored(channelId)).facilities).toEqual(choose(blr));
    expect(await configureChannel(ctx, channelId, { facilities: choose(del) })).toMatchObject(
      refusedWith("STORE_NOT_CHOSEN", { store: "BLR1" }),
    );
    expect(await store(channelId, {}, { facilities: [del] })).toMatchObject(refusedWith("STORE_NOT_CHOSEN"));
    must(await configureChannel(ctx, channelId, { tatHours: 24 }));
  });
  it("publishes a sum only where that was confirmed, once, and again when one is added", async () => {
    const channelId = await add("AJIO_DROPSHIP", "Store_1", blr, del); // the store is not known yet
    const asked = refusedWith("COMBINED_STOCK_UNCONFIRMED", {
      ...{ store: "BLR1", facilities: ["DEL1"], warning: ajioDropship.rules.oneStore?.warning },
    });
    expect(await store(channelId)).toMatchObject(asked);
    must(await store(channelId, {}, { confirm: ["COMBINED_STOCK"] }));
    must(await store(channelId)); // entered again: nothing was added
    expect(await summary(channelId)).toMatchObject({
      warehouses: null,
      store: {
        field: "storeCode",
        code: "BLR1",
        combinedWith: ["DEL1"],
        warning: ajioDropship.rules.oneStore?.warning,
      },
    });
    must(await configureChannel(ctx, channelId, { facilities: choose(del, blr) }));
    const three = { facilities: choose(blr, del, mum) };
    expect(await configureChannel(ctx, channelId, three)).toMatchObject(
      refusedWith("COMBINED_STOCK_UNCONFIRMED", { facilities: ["DEL1", "MUM1"] }),
    );
    must(await configureChannel(ctx, channelId, three, ["COMBINED_STOCK"]));
    expect((await trail("channels.credentials_set")).map((after) => after.confirmed)).toEqual([
      ["COMBINED_STOCK"],
      undefined,
    ]);
    expect((await trail("channels.channel_configured")).map((after) => after.confirmed)).toEqual([
      undefined,
      ["COMBINED_STOCK"],
    ]);
  });
  it("is refused where another channel has the store or the account", async () => {
    const one = await add("AJIO_DROPSHIP", "Store_1", blr);
    must(await store(one));
    const two = await add("AJIO_DROPSHIP", "Store_2", blr);
    expect(await store(two, { username: "DV200" })).toMatchObject(
      refusedWith("CHANNEL_FIELD_TAKEN", { other: "Store_1", field: "Store Code", value: "BLR1" }),
    );
    expect(await store(two)).toMatchObject(refusedWith("CHANNEL_USERNAME_TAKEN", { other: "Store_1" }));
    must(await store(two, { username: "DV200", storeCode: "DEL1" }, { facilities: [del] }));
    must(await store(one)); // its own values are not in its way
    const elsewhere = await aTenant(t.db, { edition: "ENTERPRISE" });
    const theirs = await aFacility(t.db, elsewhere, { code: "BLR1" });
    const settings = { facilities: choose(theirs) };
    const other = must(await addChannel(t.ctx(elsewhere), { source: "AJIO_DROPSHIP", name: "Store_1", settings }));
    const fields = { username: "DV100", password: "hush", storeCode: "BLR1" };
    must(await setCredentials(t.ctx(elsewhere), other.channelId, fields));
  });
  it("is one of two that were saved at the same moment with the same values", async () => {
    for (let round = 1; round <= 5; round++) {
      const names = [`Race_${round}_a`, `Race_${round}_b`, `Race_${round}_c`];
      const channels = await Promise.all(names.map((name) => add("AJIO_DROPSHIP", name, blr, del, mum)));
      const storeCode = ["BLR1", "DEL1", "MUM1", "BLR1", "DEL1"][round - 1] ?? "";
      await t.raw("update godown.channel set fields = '{}' where tenant_id = $1", [tenantId]);
      const saved = await Promise.all(
        channels.map((id, i) => store(id, { storeCode, username: `DV${round}${i}` }, { confirm: ["COMBINED_STOCK"] })),
      );
      expect(saved.filter((result) => result.ok)).toHaveLength(1);
      expect(saved.flatMap((result) => (result.ok ? [] : result.refusal.code))).toEqual([
        "CHANNEL_FIELD_TAKEN",
        "CHANNEL_FIELD_TAKEN",
      ]);
    }
  });
  it("allocates every order at its store, whatever the order says, and nowhere where the store is gone", async () => {
    const channelId = await add("AJIO_DROPSHIP", "Store_1", del, blr);
    must(await store(channelId, {}, { confirm: ["COMBINED_STOCK"] }));
    await t.raw("update godown.channel set state = 'CONNECTED', connected_at = now() where channel_id = $1", [
      channelId,
    ]);
    await aListing(t, tenantId, channelId, await aSku(t.db, tenantId), { productId: "PEN" });
    const [plain, elsewhere] = await receive(t, tenantId, channelId, [
      aPushOrder([{ productId: "PEN" }], { thirdPartyShipping: true }),
      aPushOrder([{ productId: "PEN", over: { facilityCode: "DEL1" } }], { thirdPartyShipping: true }),
    ]);
    expect([plain?.state, elsewhere?.state]).toEqual(["CREATED", "CREATED"]);
    const places = await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ id: FacilityId }>`select distinct facility_id as id from godown.sale_order_item`),
    );
    expect(places).toEqual([{ id: blr }]);
    await t.raw("update godown.facility set enabled = false where facility_id = $1", [blr]);
    const [waits] = await receive(t, tenantId, channelId, [
      aPushOrder([{ productId: "PEN" }], { thirdPartyShipping: true }),
    ]);
    expect(waits).toMatchObject({ refusal: { code: "NO_FACILITY" } });
    const changed: ChannelId[] = [];
    onChannelChanged(async (_tx, _ctx, id) => void changed.push(id));
    await t.raw("update godown.facility set enabled = true where facility_id = $1", [blr]);
    must(await store(channelId));
    expect(changed).toEqual([]);
    must(await store(channelId, { storeCode: "DEL1" })); // what waited is tried again at the new store
    expect(changed).toEqual([channelId]);
  });
});

describe("a channel with warehouses of its own", () => {
  it("is saved only with every mapped facility chosen, and the facilities get their warehouses", async () => {
    const channelId = await add("OKER", "Mapped_1", blr);
    const both = '{"W1":"BLR1","W2":"DEL1"}';
    expect(await map(channelId, both)).toMatchObject(
      refusedWith("MAPPED_FACILITY_NOT_CHOSEN", { facilities: ["DEL1"] }),
    );
    expect(await map(channelId, '{"W1":"GOA1"}')).toMatchObject(
      refusedWith("CREDENTIALS_INVALID", { fields: ["warehouseLocation"] }),
    );
    must(await map(channelId, both, { facilities: [del, blr, mum] }));
    const mapped = [
      { facilityId: del, channelWarehouse: "W2" },
      { facilityId: blr, channelWarehouse: "W1" },
      { facilityId: mum, channelWarehouse: null },
    ];
    expect((await stored(channelId)).facilities).toEqual(mapped);
    expect(await configureChannel(ctx, channelId, { facilities: choose(blr, mum) })).toMatchObject(
      refusedWith("MAPPED_FACILITY_NOT_CHOSEN", { facilities: ["DEL1"] }),
    );
    must(await configureChannel(ctx, channelId, { facilities: choose(blr, del) })); // the map is not lost by it
    expect((await stored(channelId)).facilities).toEqual([
      { facilityId: blr, channelWarehouse: "W1" },
      { facilityId: del, channelWarehouse: "W2" },
    ]);
  });
  it("shows its map as a table beside our facilities", async () => {
    const channelId = await add("OKER", "Mapped_1", blr, del, mum);
    expect((await summary(channelId)).warehouses).toMatchObject({ field: "warehouseLocation", rows: [{}, {}, {}] });
    must(await map(channelId, '{"W1":"BLR1","W2":"DEL1"}'));
    await t.raw("update godown.facility set enabled = false where facility_id = $1", [del]);
    const { warehouses, store: none } = await summary(channelId);
    expect(none).toBeNull();
    expect(warehouses?.rows).toMatchObject([
      { warehouse: "W1", facilityCode: "BLR1", facilityId: blr, enabled: true, chosen: true },
      { warehouse: "W2", facilityCode: "DEL1", facilityId: del, enabled: false, chosen: true },
      { warehouse: null, facilityCode: "MUM1", facilityId: mum, enabled: true, chosen: true },
    ]);
  });
  it("tells stock again and heals orders when its map changes", async () => {
    const channelId = await add("OKER", "Mapped_1", blr, del);
    must(await map(channelId, '{"W1":"BLR1"}'));
    await aListing(t, tenantId, channelId, await aSku(t.db, tenantId));
    must(await map(channelId, '{"W1":"BLR1"}'));
    expect(await dirtyOf(t, tenantId)).toEqual([]); // nothing changed
    must(await map(channelId, '{"W1":"BLR1","W2":"DEL1"}'));
    expect(await dirtyOf(t, tenantId)).toHaveLength(1);
    expect(await waitingJobs(t, "inventory.push")).toContainEqual({ channelId });
  });
  it("refuses facilities that are none, none at all, and one twice", async () => {
    const channelId = await add("OKER", "Mapped_1", blr);
    const foreign = await aFacility(t.db, await aTenant(t.db));
    const set = (...facilities: FacilityId[]) => map(channelId, '{"W1":"BLR1"}', { facilities });
    expect(await set()).toMatchObject(refusedWith("CHANNEL_FACILITIES_MISSING"));
    expect(await set(blr, foreign)).toMatchObject(refusedWith("CHANNEL_FACILITY_UNKNOWN"));
    expect(await set(blr, blr)).toMatchObject(refusedWith("CHANNEL_SETTING_INVALID"));
  });
  it("routes orders as before: no facility is the one of all", async () => {
    const channelId = await add("OKER", "Mapped_1", blr, del);
    must(await map(channelId, '{"W1":"BLR1"}'));
    const intake = (await t.db.read(tenantId, (tx) => intakeChannels(tx, [channelId]))).get(channelId);
    expect(intake).toMatchObject({ ordersFacilityId: null, facilities: [{ code: "BLR1" }, { code: "DEL1" }] });
    expect(intake).not.toHaveProperty("fields");
  });
});
