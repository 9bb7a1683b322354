import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { type TestApp, testApp } from "../../../tests/support/app.ts";
import { type AskedSource, anAskedSource } from "../../../tests/support/asked-source.ts";
import { aSku } from "../../../tests/support/builders.ts";
import { TEST_MORNING, TestClock, type TestDatabase } from "../../../tests/support/database.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import {
  addressWith,
  aListing,
  aPushOrder,
  type LineSpec,
  type PushOrder,
} from "../../../tests/support/order-builders.ts";
import { aPartner, queuedFor } from "../../../tests/support/partner-builders.ts";
import { type AppliesTo, saveField } from "../../../tests/support/partner-steps.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { aForeignPdf } from "../../../tests/support/sample-pdfs.ts";
import { faultsOf } from "../../../tests/support/shipment-packed/auditor.ts";
import {
  differences,
  isObject,
  type Json,
  namesOf,
  PUBLISHED_FIELDS,
  publishedSample,
  valuesAt,
} from "../../../tests/support/shipment-packed/fields.ts";
import { aShop, aTaxClass, packagesFor, type Shop } from "../../../tests/support/shop-builders.ts";
import { aGstin } from "../../../tests/support/warehouse-builders.ts";
import { invoicePackages } from "../../fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../kernel/index.ts";

let app: TestApp;
let t: TestDatabase;
let source: AskedSource;
const clock = new TestClock();

beforeAll(async () => {
  app = await testApp({ workers: false, clock });
  const { db, services, connectionString, logLines, ctx, raw, close } = app;
  t = { db, services, connectionString, logLines, ctx, raw, close, clock };
  source = await anAskedSource("PACKED_THERE");
});
afterAll(async () => {
  await source.close();
  await app.close();
});

/** A kind of order: how its shop, its order and its package come to be what they are, and what its body shows of that. */
interface Kind {
  readonly shop?: Parameters<typeof aShop>[1];
  readonly prepare?: (shop: Shop) => Promise<unknown>;
  readonly lines: (shop: Shop) => readonly LineSpec[] | Promise<readonly LineSpec[]>;
  readonly order?: Partial<PushOrder>;
  readonly beforePacking?: (shop: Shop) => Promise<unknown>;
  /** On the first line, or on the body. */
  readonly shows: Json;
}

const priced = (
  sellingPrice: number,
  over: Partial<NonNullable<PushOrder["orderItems"][number]["orderItemPrice"]>> = {},
) => ({
  orderItemPrice: { sellingPrice, ...over },
});
const oneOf = (shop: Shop, over: Partial<LineSpec> = {}): LineSpec[] => [{ productId: shop.productId, ...over }];

async function anotherProduct(shop: Shop, gstBps: number, cessBps = 0): Promise<string> {
  const taxClassId = await aTaxClass(t, shop.tenantId, gstBps, { cessBps });
  const skuId = await aSku(t.db, shop.tenantId, { taxClassId, hsn: "22021090" });
  await stock(t, shop.tenantId, shop.facilityId, skuId, 10);
  return (await aListing(t, shop.tenantId, shop.channelId, skuId)).productId;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "intra-state": {
    lines: (shop) => oneOf(shop),
    shows: {
      quantity: 1,
      centralGstPercentage: 9,
      stateGstPercentage: 9,
      integratedGst: 0,
      unionTerritoryGst: 0,
      total: 899,
    },
  },
  "inter-state": {
    lines: (shop) => oneOf(shop, { price: 1003.37 }),
    order: { shippingAddress: addressWith({ state: "Kerala", city: "Kannur", pincode: "670001" }) },
    shows: { integratedGstPercentage: 18, integratedGst: 153.06, centralGst: 0, stateGst: 0, subtotal: 850.31 },
  },
  "a union territory": {
    prepare: (shop) =>
      t.raw(
        "update godown.facility set state_code = '04', city = 'Chandigarh', pincode = '160017', gstin = $2 where facility_id = $1",
        [shop.facilityId, aGstin("04")],
      ),
    lines: (shop) => oneOf(shop),
    order: { shippingAddress: addressWith({ state: "Chandigarh", city: "Chandigarh", pincode: "160022" }) },
    shows: {
      unionTerritoryGstPercentage: 9,
      unionTerritoryGst: 68.57,
      centralGst: 68.57,
      stateGst: 0,
      integratedGst: 0,
    },
  },
  cess: {
    lines: async (shop) => [
      { productId: await anotherProduct(shop, 2800, 1200), price: 960, quantity: 2 },
      ...oneOf(shop),
    ],
    shows: { compensationCessPercentage: 12, compensationCess: 164.57, centralGstPercentage: 14, quantity: 2 },
  },
  "a discount": {
    lines: (shop) => oneOf(shop, { over: priced(899, { discount: 100.25 }) }),
    shows: { discount: 100.25, total: 798.75, sellingPrice: 676.91, unitPrice: 676.91 },
  },
  "cash on delivery, with a fee": {
    lines: (shop) => oneOf(shop, { over: priced(899, { cashOnDeliveryCharges: 49 }) }),
    shows: { cashOnDeliveryCharges: 49, total: 948, sellingPrice: 761.86, prepaidAmount: 0 },
  },
  "a gift wrap and a charge for shipping": {
    lines: (shop) =>
      oneOf(shop, {
        over: {
          ...priced(899, { shippingCharges: 40.5 }),
          giftWrap: { giftWrapMessage: "Many happy returns", giftWrapCharges: 30 },
        },
      }),
    shows: { giftWrapCharges: 30, shippingCharges: 40.5, total: 969.5 },
  },
  "many of one product, and another": {
    lines: async (shop) => [
      ...oneOf(shop, { quantity: 4, price: 100 }),
      { productId: await anotherProduct(shop, 500), price: 21 },
    ],
    shows: {
      quantity: 4,
      total: 400,
      subtotal: 338.98,
      totalTax: 61.02,
      stateGst: 30.51,
      centralGst: 30.51,
      unitPrice: 84.75,
    },
  },
  "a part of the order": {
    shop: { stock: 2 },
    lines: (shop) => oneOf(shop, { quantity: 3 }),
    shows: { quantity: 2, total: 1798 },
  },
  "custom fields": {
    prepare: async (shop) => {
      const define = (appliesTo: AppliesTo, name: string, defaultValue: string | null) =>
        saveField(t.ctx(shop.tenantId), null, {
          ...{ appliesTo, name, label: name, kind: "TEXT", choices: [], required: false, defaultValue },
          ...{ onLists: false, enabled: true },
        });
      must(await define("ORDER", "GiftNote", null));
      must(await define("PACKAGE", "BoxType", "Brown"));
      must(await define("ITEM", "Engraving", "None"));
    },
    lines: (shop) => oneOf(shop, { quantity: 2 }),
    // The protocol has no such member of its own: it comes under the name that the other protocols give it.
    order: { customFieldValues: [{ name: "GiftNote", value: "No" }] } as Partial<PushOrder>,
    shows: {
      "": [
        { name: "GiftNote", value: "No" },
        { name: "BoxType", value: "Brown" },
      ],
      customFieldValues: [{ name: "Engraving", value: "None" }],
    },
  },
  "an invoice of the channel's": {
    shop: { source: "PACKED_THERE" },
    prepare: async (shop) => {
      const pdf = Buffer.from(await aForeignPdf(["THE CHANNEL'S OWN INVOICE"])).toString("base64");
      const rates = { gstBps: 1800, cgstBps: 900, sgstBps: 900 };
      const body = { number: "OKR/2026-27/000000000017", lines: [{ productId: shop.productId, rates }], pdf };
      source.answers({ fetchInvoice: () => ({ body }) });
    },
    lines: (shop) => oneOf(shop),
    order: { thirdPartyShipping: true },
    shows: { total: 899, centralGstPercentage: 9 },
  },
  "paid before, in a way that nobody told, in two packages": {
    shop: { stock: 2 },
    lines: (shop) => oneOf(shop, { quantity: 3 }),
    order: { paymentType: "PREPAID" },
    shows: {
      prepaidAmount: 1798,
      body: { paymentDetail: { amountPaid: 2697, paymentMode: null, transactionId: null } },
    },
  },
  "paid before, rounded to the rupee": {
    prepare: (shop) =>
      t.raw(`update godown.tenant set settings = settings || '{"billing.roundToRupee": true}' where tenant_id = $1`, [
        shop.tenantId,
      ]),
    lines: (shop) => oneOf(shop, { price: 333.33, quantity: 2 }),
    order: { paymentType: "PREPAID", orderPrice: { totalStoreCredit: 20 } },
    beforePacking: (shop) =>
      t.raw(
        `update godown.sale_order set payment = '{"mode": "WALLET", "transactionId": "TX-9", "amountPaid": 64666}' where tenant_id = $1`,
        [shop.tenantId],
      ),
    shows: { total: 667, storeCredit: 20, prepaidAmount: 646.66, quantity: 2 },
  },
};

/** Packs an order of the kind, and gives what its partner is sent. */
async function packed(kind: Kind): Promise<{ readonly id: ShippingPackageId; readonly body: Json }> {
  clock.set(TEST_MORNING);
  const shop = await aShop(t, kind.shop);
  await kind.prepare?.(shop);
  await aPartner(t, shop.tenantId, { events: ["invoiced"] });
  const [id] = await packagesFor(t, shop, [aPushOrder(await kind.lines(shop), kind.order)]);
  if (!id) throw new Error("the order has a package");
  await kind.beforePacking?.(shop);
  const ctx = t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: clock.now() });
  expect((await invoicePackages(ctx, { packageIds: [id] })).map((each) => each.refusal?.code ?? each.outcome)).toEqual([
    "DONE",
  ]);
  const [delivery, ...more] = await queuedFor(t, shop.tenantId);
  expect(more).toEqual([]);
  expect(delivery).toMatchObject({ event: "invoiced", state: "PENDING", message: null, lane: id });
  return { id, body: delivery?.body ?? {} };
}

describe("the published table and sample", () => {
  it("agree with each other but for what is said of them", () => {
    const inTable = new Set(PUBLISHED_FIELDS.map(({ path }) => path));
    const inSample = namesOf(publishedSample()).filter(
      (name) => !/^invoiceItems\[\]\.customFieldValues\[\]/.test(name),
    );
    expect([...inTable].filter((name) => !inSample.includes(name))).toEqual(["facilityCode"]);
    expect(inSample.filter((name) => !inTable.has(name))).toEqual([]);
    expect(differences(publishedSample())).toEqual(["facilityCode is missing"]);
  });

  it("show what differs: another name, another type, a name left out", () => {
    const spoilt = { ...publishedSample(), facilityCode: 17, invoicecode: "x", created: "2024-07-09" };
    expect(differences(spoilt)).toEqual([
      "invoicecode is not published",
      'created is "2024-07-09", and not a date',
      "facilityCode is 17, and not a text",
    ]);
    const whole: Json = { ...publishedSample(), facilityCode: "F" };
    const { URL: _left, ...without } = whole;
    expect(differences(without)).toEqual(["URL is missing"]);
  });
});

describe.each(Object.entries(KINDS))("Shipment Packed of %s", (_name, kind) => {
  let id: ShippingPackageId;
  let body: Json;
  beforeAll(async () => {
    ({ id, body } = await packed(kind));
  });

  it("has the names, types and flags that are published, and keeps to the contract", () => {
    expect(differences(body)).toEqual([]);
    expect(operation("partner-notifications", "notifyShipmentPacked").body(body)).toMatchObject({ ok: true });
    // Of what the sample has, only the payment may be left out, where nobody knows it, and members of lists that are empty.
    const left = namesOf(publishedSample()).filter((name) => !namesOf(body).includes(name));
    expect(left.filter((name) => !name.startsWith("paymentDetail") && !name.includes("customFieldValues[]"))).toEqual(
      [],
    );
    expect(JSON.stringify(body)).not.toMatch(/[\u202f\u00a0]/);
  });

  it("says what the stored invoice says, worked out again by others", async () => {
    expect(await faultsOf(t, id, body)).toEqual([]);
    const [line] = valuesAt(body, "invoiceItems")[0] as Json[];
    const { "": top, body: whole = {}, ...shown } = kind.shows;
    expect(line).toMatchObject(shown);
    expect(body).toMatchObject(whole as Json);
    if (top !== undefined) expect(body.customFieldValues).toEqual(top);
  });

  it("names a PDF that opens without login, and not after its time", async () => {
    clock.set(TEST_MORNING);
    const url = String(body.URL);
    const opened = await fetch(url);
    expect([opened.status, opened.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    const text = (await readPages(new Uint8Array(await opened.arrayBuffer()))).map((page) => page.text).join("\n");
    expect(text).toContain(
      kind.shop?.source === "PACKED_THERE" ? "THE CHANNEL'S OWN INVOICE" : String(body.invoiceDisplayCode),
    );
    expect((await fetch(url.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).status).toBe(403);
    clock.advance({ days: 7, seconds: 1 });
    const late = await fetch(url);
    const answer: unknown = await late.json();
    expect([late.status, isObject(answer) && isObject(answer.error) ? answer.error.code : answer]).toEqual([
      403,
      "INVOICE_LINK_EXPIRED",
    ]);
  });
});

it("would be found out if it said anything else: each amount, rate and code of a line, spoilt", async () => {
  const { id, body } = await packed(KINDS.cess ?? { lines: () => [], shows: {} });
  const [line] = valuesAt(body, "invoiceItems")[0] as Json[];
  for (const [name, value] of Object.entries(line ?? {})) {
    if (name === "customFieldValues") continue; // not in the invoice
    const spoilt =
      typeof value === "number" ? value + 1 : Array.isArray(value) ? [...value, "more"] : `${String(value)}x`;
    const lines = (body.invoiceItems as Json[]).map((each, i) => (i === 0 ? { ...each, [name]: spoilt } : each));
    expect([name, (await faultsOf(t, id, { ...body, invoiceItems: lines })).length > 0]).toEqual([name, true]);
  }
  for (const name of [
    "invoiceCode",
    "invoiceDisplayCode",
    "saleOrderCode",
    "displayOrderCode",
    "shippingPackageCode",
    "created",
    "facilityCode",
  ])
    expect([name, (await faultsOf(t, id, { ...body, [name]: "x" })).length > 0]).toEqual([name, true]);
});
