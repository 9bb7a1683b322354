import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { addParcels, closeManifest, createManifest } from "../../src/fulfilment/index.ts";
import { must } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { AskedScene } from "../support/asked-scene.ts";
import { broughtBack, creditNotesOf } from "../support/credit-builders.ts";
import { casesOf } from "../support/return-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());

it("an invoice that the channel numbered is given back by a credit note of our own series, which names the channel's number", async () => {
  const { t, shop } = scene;
  await aSeries(
    t,
    shop.tenantId,
    { facilityId: shop.facilityId },
    { documentType: "SALE_RETURN_INVOICE", prefix: "CN-" },
  );
  const id = await scene.onePackage();
  expect(await scene.invoice(id)).toEqual(["DONE"]);
  expect(await scene.label(id)).toEqual(["DONE"]);
  const { manifestId } = must(
    await createManifest(scene.ctx(), {
      ...{ facilityId: shop.facilityId, channelId: shop.channelId, shippingProviderId: null, thirdPartyShipping: true },
    }),
  );
  must(await addParcels(scene.ctx(), { manifestId, packageIds: [id] }));
  must(await closeManifest(scene.ctx(), manifestId));
  const { order } = await t.db.read(shop.tenantId, (tx) =>
    tx.one(
      sql<{
        order: string;
      }>`select channel_order_id as "order" from godown.sale_order where tenant_id = ${tx.tenantId}`,
    ),
  );
  await broughtBack(t, shop, id, { order });
  const [invoice] = await scene.invoices();
  expect(invoice?.numberedBy).toBe("CHANNEL");
  expect(await creditNotesOf(t, shop.tenantId)).toMatchObject([
    {
      number: "CN-1",
      numberedBy: "SERIES",
      invoice: invoice?.number,
      total: invoice?.total,
      taxable: invoice?.taxable,
    },
  ]);
  expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED" }]);
});
