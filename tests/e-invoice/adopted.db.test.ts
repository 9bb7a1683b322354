import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { invoicePackages } from "../../src/fulfilment/index.ts";
import { must } from "../../src/kernel/index.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import {
  aBusinessOrder,
  aReportingShop,
  askNow,
  businessPackages,
  eInvoicesIn,
  parcelsIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import { outcomes, parcelsIn as packagesOf, says } from "../support/panel-scene.ts";
import { packagesFor, type Shop } from "../support/shop-builders.ts";

// What left from a marketplace's panel, of a seller who reports his invoices: the parcel is on its way, the IRN comes after it.

let t: TestDatabase;
let portal: ReportingScene;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  portal = await reportingScene(t);
});
afterAll(async () => {
  await portal.close();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  await portal.reset();
  portal.install();
  shop = await aReportingShop(t);
});

it("its invoice waits for its IRN on the way, and is issued when that is here", async () => {
  const [id] = await packagesFor(t, shop, [aBusinessOrder(shop, { id: "A" })]);
  if (!id) throw new Error("there is a package");
  expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
  expect(await packagesOf(t, shop)).toEqual(["DISPATCHED ADOPTED 2 IRN_PENDING SERIES"]);
  expect((await eInvoicesIn(t, shop.tenantId)).map((each) => each.state)).toEqual(["PENDING"]);
  must({ ok: true, value: await askNow(t, shop.tenantId) });
  expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "DISPATCHED", invoice: "ISSUED" }]);
  expect((await eInvoicesIn(t, shop.tenantId))[0]?.irn).toMatch(/^[0-9a-f]{64}$/);
});

it("an invoice that waits for its IRN already goes along as it is", async () => {
  const [id] = await businessPackages(t, shop, 1);
  if (!id) throw new Error("there is a package");
  await invoicePackages(t.ctx(shop.tenantId), { packageIds: [id] });
  const [order] = await t.raw<{ id: string }>(
    "select channel_order_id as id from godown.sale_order where tenant_id = $1",
    [shop.tenantId],
  );
  expect(await outcomes(says(t, shop, order?.id ?? ""))).toEqual(["ADOPTED"]);
  expect(await packagesOf(t, shop)).toEqual(["DISPATCHED ADOPTED 2 IRN_PENDING SERIES"]);
  await askNow(t, shop.tenantId);
  expect(await packagesOf(t, shop)).toEqual(["DISPATCHED ADOPTED 2 ISSUED SERIES"]);
});
