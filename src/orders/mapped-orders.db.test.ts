import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel, aListing, aPushOrder, type LineSpec, receive } from "../../tests/support/order-builders.ts";
import type { FacilityId, SkuId, TenantId } from "../kernel/index.ts";

// Orders of Oker: it names warehouses by the channel's map, and an order of it is one parcel.

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
let pen: SkuId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId);
  pen = await aSku(t.db, tenantId);
});

it("waits for the map where the source's warehouses are known by it alone, whatever our facilities are called", async () => {
  const code = `DEL${tenantId.slice(-6)}`;
  const other = await aFacility(t.db, tenantId, { code });
  const oker = await aChannel(t, tenantId, [facilityId, other], { source: "OKER" });
  await aListing(t, tenantId, oker, pen, { productId: "PEN" });
  const body = aPushOrder([{ productId: "PEN", over: { facilityCode: code } }], { thirdPartyShipping: true });
  const [receipt] = await receive(t, tenantId, oker, [body]);
  expect(receipt).toMatchObject({ state: "FAILED", refusal: { code: "FACILITY_NOT_MAPPED" } });
});

it("is one parcel at one facility where the source allows no split, whatever boxes and warehouses it names", async () => {
  const other = await aFacility(t.db, tenantId);
  const oker = await aChannel(t, tenantId, [facilityId, other], { source: "OKER" });
  await t.raw(
    "update godown.channel_facility set channel_warehouse = case when facility_id = $2 then 'W1' else 'W2' end where channel_id = $1",
    [oker, facilityId],
  );
  await aListing(t, tenantId, oker, pen, { productId: "PEN" });
  const of = (id: string, ...lines: LineSpec["over"][]) =>
    aPushOrder(
      lines.map((over) => ({ productId: "PEN", ...(over === undefined ? {} : { over }) })),
      { id, thirdPartyShipping: true },
    );
  const [made, split] = await receive(t, tenantId, oker, [
    of("OK-1", { facilityCode: "W2", packetNumber: 1 }, { packetNumber: 2 }),
    of("OK-2", { facilityCode: "W1" }, { facilityCode: "W2" }),
  ]);
  expect(made).toMatchObject({ state: "CREATED" });
  const places = await t.raw(
    "select distinct facility_id as facility, packet_number as packet from godown.sale_order_item where tenant_id = $1",
    [tenantId],
  );
  expect(places).toEqual([{ facility: other, packet: 0 }]);
  expect(split).toMatchObject({ state: "FAILED", refusal: { code: "ORDER_WOULD_SPLIT" } });
});
