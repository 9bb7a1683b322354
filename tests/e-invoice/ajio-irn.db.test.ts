/** An invoice that AJIO made: its IRN under AJIO's number, our page with it before AJIO's file, and AJIO told of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readSigned } from "../../connectors/nic/index.ts";
import { DEMO_ACCOUNT } from "../../connectors/nic/simulator/index.ts";
import { invoicesPdf } from "../../src/billing/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { saveAccount } from "../../src/e-invoice/account.ts";
import { cancelEInvoice } from "../../src/e-invoice/actions.ts";
import { askPortal } from "../../src/e-invoice/ask-portal.ts";
import type { EInvoiceId } from "../../src/e-invoice/lifecycle.ts";
import { askDueSteps, cancelUnits, invoiceAndLabel, invoicePackages } from "../../src/fulfilment/index.ts";
import { invoicesAndLabelsPdf } from "../../src/fulfilment/print-labels.ts";
import {
  must,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
  type SkuId,
} from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { explain } from "../../src/platform/refusals.ts";
import { bytesOf } from "../support/asked-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import {
  aBusinessOrder,
  eInvoicesIn,
  parcelsIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import { aChannel, aListing, aPushOrder } from "../support/order-builders.ts";
import { aPaperScene, type PaperScene, pulled } from "../support/paper-scene.ts";
import { codesIn, pictureOfPage, readPages } from "../support/read-pdf.ts";
import { packagesFor } from "../support/shop-builders.ts";

let t: TestDatabase;
let portal: ReportingScene;
let ajio: PaperScene;
let gstin: string;
beforeAll(async () => {
  t = await testDatabase();
  portal = await reportingScene(t);
});
afterAll(async () => {
  await portal.close();
  await closeDocumentWorkers();
  await t.close();
});
afterEach(async () => {
  portal.simulator.fault(null);
  await ajio.sim.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  await portal.reset();
  ajio = await aPaperScene(t, "AJIO_DROPSHIP");
  gstin = await t.db.transaction(ajio.tenantId, async (tx) => {
    await tx.run(sql`
      update godown.channel set gst_e_invoicing = 'YES', single_action = 'INVOICE_THEN_LABEL' where tenant_id = ${ajio.tenantId}`);
    const row = await tx.one(
      sql<{ gstin: string }>`select gstin from godown.facility where tenant_id = ${ajio.tenantId}`,
    );
    return row.gstin;
  });
  portal.simulator.addAccount({ ...DEMO_ACCOUNT, gstin });
  const { clientId, clientSecret, username, password } = DEMO_ACCOUNT;
  must(await saveAccount(ajio.ctx(), { gstin, clientId, clientSecret, username, password }, { sandbox: true }));
});

const onePackage = async () => {
  const [parcel] = await pulled(t, ajio, 1);
  if (!parcel) throw new Error("there is a package");
  return parcel;
};
const orderOf = async (id: ShippingPackageId) => {
  const rows = await t.db.read(ajio.tenantId, (tx) =>
    tx.run(sql<{ id: SaleOrderId }>`
      select sale_order_id as id from godown.shipping_package where tenant_id = ${ajio.tenantId} and shipping_package_id = ${id}`),
  );
  const [row] = rows;
  if (!row) throw new Error("a package has its order");
  return row.id;
};
const theSku = async () =>
  (await t.raw<{ id: SkuId }>("select sku_id as id from godown.sku where tenant_id = $1", [ajio.tenantId]))[0]?.id ??
  ("" as SkuId);
interface SimIrn {
  readonly document: string;
  readonly number: string;
  readonly irn: string;
  readonly signedQr: string;
}
const toldThere = (channelOrderId: string) =>
  (ajio.sim.state().orders as { id: string; irns: SimIrn[]; invoices: { number: string; kind: string }[] }[]).find(
    (order) => order.id === channelOrderId,
  );

describe("an AJIO order with e-invoicing on", () => {
  it("is packed with the IRN of AJIO's own number, printed before AJIO's file, and AJIO is told", async () => {
    const { id, channelOrderId } = await onePackage();
    const [asked] = await invoicePackages(ajio.ctx(), { packageIds: [id] });
    expect([asked?.outcome, asked?.refusal?.code]).toEqual(["WAITING", "EINVOICE_WAITING"]);
    const made = toldThere(channelOrderId)?.invoices.find((each) => each.kind === "B2B");
    expect(await parcelsIn(t, ajio.tenantId, [id])).toEqual([
      { package: "CREATED", number: made?.number, invoice: "IRN_PENDING" },
    ]);
    await askPortal(ajio.ctx(), gstin);
    expect(await parcelsIn(t, ajio.tenantId, [id])).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
    const [registered] = await eInvoicesIn(t, ajio.tenantId);
    const [there] = portal.simulator.documents();
    expect(there).toMatchObject({
      irn: registered?.irn,
      number: made?.number.toUpperCase(),
      buyerGstin: "29AAXCA0003D1ZY",
    });

    const bytes = bytesOf(must(await invoicesPdf(ajio.ctx(), [id])));
    const pages = await readPages(bytes);
    expect(pages).toHaveLength(2);
    expect(pages[0]?.text).toContain(registered?.irn);
    expect(pages[1]?.text).toContain("Tax invoice (B2B)");
    const codes = await codesIn(await pictureOfPage(bytes, 1, 3));
    expect(codes.map(({ text }) => readSigned(text, [portal.simulator.keys.signing]))).toContainEqual(
      expect.objectContaining({ ok: true, proved: true, data: expect.objectContaining({ Irn: registered?.irn }) }),
    );

    const saleOrderId = await orderOf(id);
    await sendNotices(ajio.ctx(), { channelId: ajio.channelId, saleOrderId });
    expect(toldThere(channelOrderId)?.irns).toMatchObject([
      { document: "INVOICE", number: made?.number, irn: registered?.irn, signedQr: there?.signedQr },
    ]);
  });

  it("in one click the label follows by itself, and both print together with the page of the IRN", async () => {
    const { id } = await onePackage();
    const [clicked] = await invoiceAndLabel(ajio.ctx(), { packageIds: [id] });
    expect(clicked?.refusal?.code).toBe("EINVOICE_WAITING");
    // Asked again meanwhile, AJIO is not asked again.
    const [again] = await invoicePackages(ajio.ctx(), { packageIds: [id] });
    expect(again?.refusal?.code).toBe("EINVOICE_WAITING");
    await askPortal(ajio.ctx(), gstin);
    await askDueSteps(ajio.ctx(), ajio.channelId);
    expect(await parcelsIn(t, ajio.tenantId, [id])).toMatchObject([{ package: "READY_TO_SHIP" }]);
    const [registered] = await eInvoicesIn(t, ajio.tenantId);
    const pages = await readPages(bytesOf(must(await invoicesAndLabelsPdf(ajio.ctx(), [id]))));
    expect(pages[0]?.text).toContain(registered?.irn);
  });

  it("a number of our own series that AJIO has given already is refused in words before it is taken", async () => {
    ajio.plant.tamper = (call, answer) =>
      call.operation === "getB2bInvoice"
        ? { ...answer, body: { ...(answer.body as object), invoiceNumber: "AJ-7" } }
        : answer;
    const { id } = await onePackage();
    await invoicePackages(ajio.ctx(), { packageIds: [id] });
    const [theirs] = await eInvoicesIn(t, ajio.tenantId);
    if (!theirs) throw new Error("AJIO's invoice is reported");
    // The series of the same registration comes to that very number; a consumer's invoice and a business buyer's are asked for at once.
    await t.raw(
      "update godown.invoice_series set prefix = $2, next_number = $3 where tenant_id = $1 and document_type = 'SALE_INVOICE'",
      [ajio.tenantId, theirs.number.slice(0, -1), Number(theirs.number.slice(-1))],
    );
    const channelId = await aChannel(t, ajio.tenantId, [ajio.facilityId]);
    await t.raw("update godown.channel set gst_e_invoicing = 'YES' where channel_id = $1", [channelId]);
    const skuId = await theSku();
    const { productId } = await aListing(t, ajio.tenantId, channelId, skuId);
    const shop = {
      tenantId: ajio.tenantId,
      facilityId: ajio.facilityId,
      channelId,
      skuId,
      productId,
      providerId: "" as never,
    };
    const packageIds = await packagesFor(t, shop, [aBusinessOrder(shop), aPushOrder([{ productId }])]);
    const [business, consumer] = await invoicePackages(ajio.ctx(), { packageIds });
    expect(business?.refusal?.code).toBe("EINVOICE_NUMBER_OF_ANOTHER");
    const { message, whatToDo } = explain(business?.refusal ?? { code: "NONE", facts: {} });
    expect(message).toContain(theirs.number);
    expect(message).toMatch(/AJIO_DROPSHIP_\d+'s invoice \(order /);
    expect(whatToDo).toContain("Facilities & series");
    // No IRN, no quarrel: the consumer's invoice takes the number of its series, and the next one is free.
    expect(consumer).toMatchObject({ outcome: "DONE", invoiceNumber: theirs.number });
    const [again] = await invoicePackages(ajio.ctx(), { packageIds: packageIds.slice(0, 1) });
    expect(again?.refusal?.code).toBe("EINVOICE_WAITING");
  });

  it("its invoice is not cancelled alone: AJIO would give its number again; with the order its IRN ends", async () => {
    const { id } = await onePackage();
    await invoicePackages(ajio.ctx(), { packageIds: [id] });
    await askPortal(ajio.ctx(), gstin);
    const [registered] = await eInvoicesIn(t, ajio.tenantId);
    const eInvoiceId = registered?.id as EInvoiceId;
    expect(await cancelEInvoice(ajio.ctx(), eInvoiceId, "wrong")).toMatchObject({
      refusal: { code: "EINVOICE_CHANNEL_NUMBER" },
    });
    const saleOrderId = await orderOf(id);
    const unitIds = await t.db.read(ajio.tenantId, (tx) =>
      tx.run(sql<{ id: SaleOrderItemId }>`
        select sale_order_item_id as id from godown.sale_order_item where tenant_id = ${ajio.tenantId} and shipping_package_id = ${id}`),
    );
    must(
      await t.db.transaction(ajio.tenantId, (tx) =>
        cancelUnits(
          tx,
          ajio.ctx(),
          { saleOrderId, code: "the order" },
          { unitIds: unitIds.map((unit) => unit.id), reason: "the buyer", by: "CHANNEL" },
        ),
      ),
    );
    await askPortal(ajio.ctx(), gstin);
    expect(portal.simulator.documents().map(({ cancelledAt }) => cancelledAt !== null)).toEqual([true]);
    expect(await eInvoicesIn(t, ajio.tenantId)).toMatchObject([{ state: "CANCELLED" }]);
  });

  it("waits with NIC's code while NIC is down, and goes on under the same number", async () => {
    const { id } = await onePackage();
    portal.simulator.fault({ kind: "5xx" });
    const [asked] = await invoicePackages(ajio.ctx(), { packageIds: [id] });
    await askPortal(ajio.ctx(), gstin);
    expect(await eInvoicesIn(t, ajio.tenantId)).toMatchObject([{ state: "WAITING", words: "NIC does not answer." }]);
    portal.simulator.fault(null);
    t.clock.advance({ minutes: 1 });
    await askPortal(ajio.ctx(), gstin);
    expect(await parcelsIn(t, ajio.tenantId, [id])).toEqual([
      { package: "PACKED", number: asked?.invoiceNumber, invoice: "ISSUED" },
    ]);
  });
});
