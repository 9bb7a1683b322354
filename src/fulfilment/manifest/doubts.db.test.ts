import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { aManifest, readyParcels } from "../../../tests/support/hand-over-builders.ts";
import { aShop, type Shop } from "../../../tests/support/shop-builders.ts";
import { assert, must, type SaleOrderId } from "../../kernel/index.ts";
import { type NewException, openExceptions, settleExceptions } from "../../orders/index.ts";
import { sql } from "../../platform/db.ts";
import { addParcels } from "../index.ts";
import { manifestParcels } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t);
});

const CANCELLED = "CHANNEL_CANCEL_NOT_ALLOWED";

it("shows which of its parcels are in doubt, for as long as a person has not decided", async () => {
  const packageIds = await readyParcels(t, shop, 2);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds }));
  const [first, second] = packageIds;
  assert(first !== undefined && second !== undefined, "two parcels are ready");
  const doubts = async () => {
    const parcels = await t.db.read(shop.tenantId, (tx) => manifestParcels(tx, manifestId, t.clock.now()));
    const of = new Map(parcels.map((parcel) => [parcel.shippingPackageId, parcel.doubts]));
    return [of.get(first), of.get(second)];
  };
  const open = (over: Omit<NewException, "kind" | "channelId">) =>
    t.db.transaction(shop.tenantId, (tx) =>
      openExceptions(tx, t.ctx(shop.tenantId), [{ kind: CANCELLED, channelId: shop.channelId, ...over }]),
    );
  const { saleOrderId, code } = await t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<{ saleOrderId: SaleOrderId; code: string }>`
      select sale_order_id as "saleOrderId", code from godown.sale_order_item
      where tenant_id = ${shop.tenantId} and shipping_package_id = ${first}`),
  );
  expect(await doubts()).toEqual([[], []]);
  await open({ saleOrderId, key: "other-units", facts: { order: "O", units: ["in another parcel"] } });
  await open({ saleOrderId, key: "other-parcel", shippingPackageId: second, facts: { order: "O" } });
  expect(await doubts(), "what is in doubt of the order is not in this parcel").toEqual([[], []]);

  await open({ saleOrderId, key: "mine", facts: { order: "O", units: [code] } });
  await open({ saleOrderId, key: "whole", facts: { order: "O" } });
  expect(await doubts()).toEqual([[CANCELLED], []]);
  for (const key of ["mine", "whole"])
    await t.db.transaction(shop.tenantId, (tx) =>
      settleExceptions(tx, t.ctx(shop.tenantId), { kind: CANCELLED, key, note: "decided" }),
    );
  expect(await doubts()).toEqual([[], []]);
});
