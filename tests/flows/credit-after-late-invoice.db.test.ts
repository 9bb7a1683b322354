import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AskedScene } from "../support/asked-scene.ts";
import { broughtBack, creditNotesOf, creditsWrong, duesOf } from "../support/credit-builders.ts";
import { packagesOf } from "../support/fulfilment-builders.ts";
import { anOrder, aWord, outcomes, says } from "../support/panel-scene.ts";
import { casesOf } from "../support/return-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

// It left from the channel's panel, and was back on its shelf before the channel had made its invoice.

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  await scene.begin();
  scene.source.answers({ fetchInvoice: () => ({ body: { notYet: "being made" } }) });
  await aSeries(
    scene.t,
    scene.shop.tenantId,
    { facilityId: scene.shop.facilityId },
    { prefix: "CN-", documentType: "SALE_RETURN_INVOICE" },
  );
});

const dues = async () => (await duesOf(scene.t, scene.shop.tenantId)).map(({ state, madeBy }) => `${state} ${madeBy}`);
const notes = () => creditNotesOf(scene.t, scene.shop.tenantId);
const cases = async () => (await casesOf(scene.t, scene.shop.tenantId)).map(({ state }) => state);
const timeline = async () =>
  (
    await scene.t.raw<{ kind: string }>(
      `select kind from godown.order_event where tenant_id = $1
       and kind in ('RETURN_COMPLETED', 'INVOICE_ISSUED', 'CREDIT_NOTE_ISSUED') order by at, order_event_id`,
      [scene.shop.tenantId],
    )
  ).map((event) => event.kind);

/** The units that the channel says left, in a package that waits for its invoice. */
async function leftThere(quantity: number) {
  await anOrder(scene.t, scene.shop, "JM-1", [{ productId: scene.shop.productId, quantity }], {
    thirdPartyShipping: true,
  });
  expect(await outcomes(says(scene.t, scene.shop, "JM-1", [aWord("JM-1")]))).toEqual(["ADOPTED"]);
  const [parcel] = await packagesOf(scene.t, scene.shop.tenantId);
  if (!parcel) throw new Error("what left is a package");
  return parcel.id;
}

/** The channel has made the invoice by now, and the job fetches it. */
async function invoiceComes(): Promise<void> {
  scene.inOrder();
  scene.t.clock.advance({ hours: 2 });
  await scene.byJob();
}

describe("goods that were back before the channel's invoice", () => {
  it("get their credit note when it comes; the return stays complete, and the timeline tells one after the other", async () => {
    const parcel = await leftThere(1);
    await scene.byJob();
    await broughtBack(scene.t, scene.shop, parcel);
    expect(await cases()).toEqual(["COMPLETED"]);
    expect(await dues()).toEqual([]);
    await invoiceComes();
    expect(await dues()).toEqual(["DONE US"]);
    expect(await notes()).toMatchObject([{ state: "ISSUED", numberedBy: "SERIES", total: 89900 }]);
    expect(await cases()).toEqual(["COMPLETED"]);
    expect(await timeline()).toEqual(["RETURN_COMPLETED", "INVOICE_ISSUED", "CREDIT_NOTE_ISSUED"]);
    expect(await creditsWrong(scene.t, scene.shop.tenantId)).toEqual([]);
  });

  it("for those units alone that were back; a later one gets its own on its shelf, once", async () => {
    const parcel = await leftThere(3);
    const one = (channelReturnId: string) =>
      broughtBack(scene.t, scene.shop, parcel, { kind: "CIR", units: 1, channelReturnId });
    await one("R-1");
    await one("R-2");
    await invoiceComes();
    expect(await notes()).toMatchObject([{ total: 89900 }, { total: 89900 }]);
    await invoiceComes();
    await one("R-3");
    expect(await notes()).toMatchObject([{ total: 89900 }, { total: 89900 }, { total: 89900 }]);
    expect(await dues()).toEqual(["DONE US", "DONE US", "DONE US"]);
    expect(await cases()).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
    expect(await creditsWrong(scene.t, scene.shop.tenantId)).toEqual([]);
  });

  it("none where nothing came back", async () => {
    await leftThere(1);
    await invoiceComes();
    expect(await dues()).toEqual([]);
  });
});
