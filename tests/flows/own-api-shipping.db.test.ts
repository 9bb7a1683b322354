import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { stepsOf } from "../../src/fulfilment/channel-steps/store.ts";
import {
  addParcels,
  askDueSteps,
  closeManifest,
  createManifest,
  editPackage,
  invoicePackages,
  labelPackages,
  stepsAtRest,
} from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { OwnSource, said } from "../support/own-source.ts";
import { aForeignPdf } from "../support/sample-pdfs.ts";
import { aShop, packagesFor, type Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let source: OwnSource;
let shop: Shop;
let pdf: Buffer;
beforeAll(async () => {
  t = await testDatabase();
  pdf = Buffer.from(await aForeignPdf(["OF THE CHANNEL"]));
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source = new OwnSource("PACKS_THERE", {
    capabilities: {
      ...{ pack: true, fetchInvoice: { pdf: true }, fetchCourier: true, fetchLabel: { holds: "label" } },
      ...{ fetchManifest: { parcelsMax: 25 }, dispatch: { withShipper: true } },
    },
    rules: {
      ...{ invoiceBy: "channel", invoiceOfSellerShipped: "us", labelBy: "channel", manifestBy: "channel" },
      ...{ thirdPartyShipping: { default: true, allowed: [true, false] }, split: true, notifyOnDispatchDefault: true },
    },
  });
  shop = await aShop(t, { source: source.id });
  inOrder();
});
afterEach(stepsAtRest);

const RATES = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };
const ctx = (): Ctx => source.ctx(t, shop.tenantId);
const later = (minutes: number) => t.clock.advance({ minutes });
const packed = (over: Partial<{ status: "SUCCESS" | "FAILED"; message: string | null }> = {}) =>
  said({ status: "SUCCESS" as const, results: [], message: null, ...over });
let numbered = 0;

/** The channel does everything it is asked for. */
function inOrder(): void {
  source.answers({
    pack: () => packed(),
    fetchInvoice: () =>
      said({
        state: "READY",
        value: {
          ...{ number: `CH/${++numbered}`, issuedAt: t.clock.now(), buyer: null, pdf },
          lines: [{ productId: shop.productId, variantId: "V1", rates: RATES, taxable: null }],
        },
      }),
    fetchCourier: () =>
      said({ state: "READY", value: { code: "EKART", name: "Ekart", awb: `EK${++numbered}`, sortCode: null } }),
    fetchLabel: () => said({ state: "READY", value: pdf }),
    fetchManifest: () => said({ made: true, url: null, file: pdf, refused: [], message: null }),
    dispatch: () => said({ status: "SUCCESS", results: [], message: null }),
  });
}

async function aPackage(thirdPartyShipping = true): Promise<ShippingPackageId> {
  const body = aPushOrder([{ productId: shop.productId, quantity: 2 }], { thirdPartyShipping });
  const [id] = await packagesFor(t, shop, [body]);
  if (!id) throw new Error("there is a package");
  return id;
}

const codes = (results: readonly { outcome: string; refusal: { code: string } | null }[]) =>
  results.map((result) => result.refusal?.code ?? result.outcome);
const invoice = async (id: ShippingPackageId) => codes(await invoicePackages(ctx(), { packageIds: [id] }));
const label = async (id: ShippingPackageId) => codes(await labelPackages(ctx(), { packageIds: [id] }));
const steps = (id: ShippingPackageId) => t.db.read(shop.tenantId, (tx) => stepsOf(tx, [id]));
const rowOf = async (id: ShippingPackageId) => {
  const [row] = await t.raw<{
    code: string;
    state: string;
    order: string;
    saleOrderId: SaleOrderId;
    numberedBy: string;
  }>(
    `select p.code, p.state, o.channel_order_id as "order", o.sale_order_id as "saleOrderId", i.numbered_by as "numberedBy"
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
     left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id where p.shipping_package_id = $1`,
    [id],
  );
  if (!row) throw new Error("the package is there");
  return row;
};

describe("a package whose channel is told of packing", () => {
  it("is told once, with box, weight and what it would be taxed at today; then its invoice is waited for", async () => {
    const id = await aPackage();
    const { code, order } = await rowOf(id);
    source.answers({ fetchInvoice: () => said({ state: "NOT_YET", message: "in preparation" }) });
    expect(await invoice(id)).toEqual(["CHANNEL_INVOICE_NOT_YET"]);
    expect(source.asked("pack")).toMatchObject([
      {
        ...{ channelOrderId: order, packageCode: code, packedOn: Temporal.PlainDate.from("2026-11-20") },
        weightGrams: expect.any(Number),
        lines: [{ channelOrderItemId: `${order}-L1`, productId: shop.productId, quantity: 2, rates: RATES }],
      },
    ]);
    inOrder();
    later(2);
    await askDueSteps(ctx(), shop.channelId);
    expect(source.asked("pack")).toHaveLength(1);
    expect(await rowOf(id)).toMatchObject({ state: "PACKED", numberedBy: "CHANNEL" });
  });

  it("that lacks its weight says what to enter, and goes on when it is there", async () => {
    await t.raw("update godown.sku set weight_grams = null where tenant_id = $1", [shop.tenantId]);
    const id = await aPackage();
    expect(await invoice(id)).toEqual(["PACK_INCOMPLETE"]);
    expect(await steps(id)).toMatchObject([{ state: "FAILED", facts: { missing: ["weight"] } }]);
    expect(source.asked("pack")).toEqual([]);
    must(await editPackage(ctx(), id, { weightGrams: 640 }));
    expect(await invoice(id)).toEqual(["DONE"]);
    expect(source.asked("pack")).toMatchObject([{ weightGrams: 640 }]);
  });

  it("that the channel refuses to pack says so in the channel's words; repeated it is told again", async () => {
    source.answers({ pack: () => packed({ status: "FAILED", message: "dispatch after 6 pm only" }) });
    const id = await aPackage();
    expect(await invoice(id)).toEqual(["CHANNEL_PACK_REFUSED"]);
    expect(await steps(id)).toMatchObject([{ state: "FAILED", words: "dispatch after 6 pm only" }]);
    expect(source.asked("fetchInvoice")).toEqual([]);
    inOrder();
    expect(await invoice(id)).toEqual(["DONE"]);
    expect(source.asked("pack")).toHaveLength(2);
  });

  it("whose answer was lost is told again by itself: a repeat changes nothing there", async () => {
    source.answers({ pack: () => ({ ok: false, failure: { reached: "unknown", kind: "transient" } }) });
    const id = await aPackage();
    expect(await invoice(id)).toEqual(["CHANNEL_NOT_REACHED"]);
    inOrder();
    later(2);
    await askDueSteps(ctx(), shop.channelId);
    expect(source.asked("pack")).toHaveLength(2);
    expect(await rowOf(id)).toMatchObject({ state: "PACKED" });
  });
});

describe("a source that ships only some of its orders", () => {
  const handOver = async (ids: readonly ShippingPackageId[], thirdPartyShipping: boolean) => {
    const of = { facilityId: shop.facilityId, channelId: shop.channelId, thirdPartyShipping };
    const { manifestId } = must(
      await createManifest(ctx(), { ...of, shippingProviderId: thirdPartyShipping ? null : shop.providerId }),
    );
    expect(must(await addParcels(ctx(), { manifestId, packageIds: ids })).refused).toEqual([]);
    return { manifestId, closed: await closeManifest(ctx(), manifestId) };
  };
  const files = (manifestId: string) =>
    t.raw("select state, message, document_id is not null as kept from godown.manifest_file where manifest_id = $1", [
      manifestId,
    ]);

  it("makes invoice, label and hand-over list of its own; the list that comes with the answer is kept", async () => {
    const ids = [await aPackage(), await aPackage()];
    for (const id of ids) expect([await invoice(id), await label(id)]).toEqual([["DONE"], ["DONE"]]);
    const { manifestId, closed } = await handOver(ids, true);
    expect(must(closed)).toEqual({ dispatched: 2 });
    const rows = await Promise.all(ids.map(rowOf));
    expect(source.asked("fetchManifest")).toMatchObject([
      { courierCode: "EKART", parcels: rows.map(({ code, order }) => ({ packageCode: code, channelOrderId: order })) },
    ]);
    expect(await files(manifestId)).toEqual([{ state: "STORED", message: null, kept: true }]);
    const [row] = rows;
    await sendNotices(ctx(), { channelId: shop.channelId, saleOrderId: row?.saleOrderId as SaleOrderId });
    expect(source.asked("dispatch")).toMatchObject([
      { channelOrderId: row?.order, packageNo: 1, shipper: null, lines: [{ quantity: 2, rates: RATES }] },
    ]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("gives something that is no list: the parcels leave, and a person sees why it is not here", async () => {
    source.answers({
      fetchManifest: () => said({ made: true, url: null, file: Buffer.from("<html>"), refused: [], message: null }),
    });
    const id = await aPackage();
    await invoice(id);
    await label(id);
    const { manifestId, closed } = await handOver([id], true);
    expect(must(closed)).toEqual({ dispatched: 1 });
    expect(await files(manifestId)).toEqual([
      { state: "FAILED", message: expect.stringContaining("PDF"), kept: false },
    ]);
  });

  it("leaves the others to the seller: invoice of our series, our label, and the courier is told", async () => {
    const id = await aPackage(false);
    expect([await invoice(id), await label(id)]).toEqual([["DONE"], ["DONE"]]);
    expect(await rowOf(id)).toMatchObject({ numberedBy: "SERIES" });
    must((await handOver([id], false)).closed);
    const { saleOrderId, order } = await rowOf(id);
    await sendNotices(ctx(), { channelId: shop.channelId, saleOrderId });
    expect(source.asked("dispatch")).toMatchObject([
      { channelOrderId: order, packageNo: 1, shipper: { awb: expect.any(String), invoiceNumber: expect.any(String) } },
    ]);
    for (const operation of ["pack", "fetchInvoice", "fetchCourier", "fetchLabel", "fetchManifest"] as const)
      expect(source.asked(operation)).toEqual([]);
  });

  it("tells the packages of one order apart, the same when it is told again", async () => {
    const body = aPushOrder(
      [
        { productId: shop.productId, over: { packetNumber: 1 } },
        { productId: shop.productId, over: { packetNumber: 2 } },
      ],
      {
        thirdPartyShipping: false,
      },
    );
    await packagesFor(t, shop, [body]);
    const rows = await t.raw<{ id: ShippingPackageId; saleOrderId: SaleOrderId }>(
      `select p.shipping_package_id as id, p.sale_order_id as "saleOrderId" from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
       where o.channel_order_id = $1 order by p.created_at, p.shipping_package_id`,
      [body.id],
    );
    expect(rows).toHaveLength(2);
    for (const { id } of rows.toReversed()) {
      await invoice(id);
      await label(id);
      must((await handOver([id], false)).closed);
    }
    const [first] = rows;
    let tries = 0;
    source.answers({
      dispatch: () =>
        ++tries === 1
          ? { ok: false, failure: { reached: "no", kind: "transient" } }
          : said({ status: "SUCCESS", results: [], message: null }),
    });
    for (let i = 0; i < 2; i++)
      await sendNotices(ctx(), { channelId: shop.channelId, saleOrderId: first?.saleOrderId as SaleOrderId });
    expect(source.asked("dispatch").map((facts) => facts.packageNo)).toEqual([2, 1, 2]);
  });
});
