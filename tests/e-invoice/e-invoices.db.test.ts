/** Invoices of a seller who reports: what waits for the portal, what goes on by itself, and that no number is lost or spent twice. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readSigned } from "../../connectors/nic/index.ts";
import { invoicesPdf } from "../../src/billing/index.ts";
import { eInvoiceChecks } from "../../src/e-invoice/index.ts";
import { invoicePackages } from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { orderDetail } from "../../src/orders/queries.ts";
import { sql } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { explain } from "../../src/platform/refusals.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { BUYER_GSTIN, SELLER_GSTIN } from "../support/e-invoice-cases.ts";
import {
  aBusinessOrder,
  aReportingShop,
  askNow,
  businessPackages,
  eInvoicesIn,
  enterAccount,
  parcelsIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import { codesIn, pictureOfPage, readPages } from "../support/read-pdf.ts";
import { packagesFor, type Shop, somePackages } from "../support/shop-builders.ts";

let t: TestDatabase;
let scene: ReportingScene;
beforeAll(async () => {
  t = await testDatabase();
  scene = await reportingScene(t);
});
afterAll(async () => {
  await scene.close();
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(() => {
  t.clock.set(TEST_MORNING);
  scene.install();
});
afterEach(async () => {
  scene.simulator.fault(null);
  await scene.reset();
});

const invoice = (shop: Shop, packageIds: readonly ShippingPackageId[]) =>
  invoicePackages(t.ctx(shop.tenantId), { packageIds });
const nextNumber = (shop: Shop) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.one(sql<{ next: number }>`
        select next_number as next from godown.invoice_series where tenant_id = ${shop.tenantId} and facility_id = ${shop.facilityId}`),
    )
    .then(({ next }) => next);
const alarms = (shop: Shop) =>
  t.db.read(shop.tenantId, async (tx) => {
    const found = await Promise.all(eInvoiceChecks.map(({ check }) => check(t.ctx(shop.tenantId), tx)));
    return found.flat().map(({ kind, severity }) => [kind, severity]);
  });
const inWords = (result: Awaited<ReturnType<typeof invoice>>[number] | undefined) => {
  if (!result?.refusal) throw new Error("it waits or was refused");
  return explain(result.refusal).message;
};

/** A PDF that is drawn here comes whole. */
function bytesOf({ bytes }: { readonly bytes: unknown }): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new Error("a drawn file is bytes");
  return bytes;
}

describe("a business buyer's invoice of a channel that reports", () => {
  it("takes its number, waits, and is packed with its IRN; the printed code is the portal's, and proves itself", async () => {
    const shop = await aReportingShop(t, { series: "EIA-" });
    t.clock.set("2026-11-20T04:30:00.123456789Z"); // as finely as a real clock tells it
    const [id, ...others] = await businessPackages(t, shop, 2);
    const [result] = await invoice(shop, id === undefined ? [] : [id]);
    expect([result?.outcome, result?.refusal?.code, result?.invoiceNumber]).toEqual([
      "WAITING",
      "EINVOICE_WAITING",
      "EIA-1",
    ]);
    expect(await parcelsIn(t, shop.tenantId, [id as ShippingPackageId, ...others])).toEqual([
      { package: "CREATED", number: "EIA-1", invoice: "IRN_PENDING" },
      { package: "CREATED", number: null, invoice: null },
    ]);
    expect(await invoicesPdf(t.ctx(shop.tenantId), [id as ShippingPackageId])).toMatchObject({
      refusal: { code: "NO_INVOICES_TO_PRINT" },
    });
    expect(await askNow(t, shop.tenantId)).toBe("done");
    expect(await parcelsIn(t, shop.tenantId, [id as ShippingPackageId])).toEqual([
      { package: "PACKED", number: "EIA-1", invoice: "ISSUED" },
    ]);
    const [registered] = await eInvoicesIn(t, shop.tenantId);
    expect(registered).toMatchObject({ state: "ACTIVE", handed: true });
    const [answer] = scene.simulator.documents();
    expect(answer?.irn).toBe(registered?.irn);
    const pdf = must(await invoicesPdf(t.ctx(shop.tenantId), [id as ShippingPackageId]));
    const bytes = bytesOf(pdf);
    const pages = await readPages(bytes);
    expect(pages.map((page) => page.text).join("\n")).toContain(registered?.irn);
    const codes = await codesIn(await pictureOfPage(bytes, pages.length, 4));
    const proofs = codes.map(({ text }) => readSigned(text, [scene.simulator.keys.signing]));
    expect(proofs).toContainEqual(
      expect.objectContaining({
        ok: true,
        proved: true,
        data: expect.objectContaining({
          ...{ Irn: registered?.irn, DocNo: "EIA-1", SellerGstin: SELLER_GSTIN, BuyerGstin: BUYER_GSTIN },
          ...{ TotInvVal: 1798, DocDt: "20/11/2026" },
        }),
      }),
    );
    expect((await invoice(shop, [id as ShippingPackageId]))[0]).toMatchObject({ outcome: "UNCHANGED" });
  });

  it("a consumer's invoice of the same channel is issued at once, and nothing is asked", async () => {
    const shop = await aReportingShop(t);
    const ids = await somePackages(t, shop, 1);
    expect((await invoice(shop, ids)).map(({ outcome }) => outcome)).toEqual(["DONE"]);
    expect(await eInvoicesIn(t, shop.tenantId)).toEqual([]);
  });

  it("what the portal would refuse burns no number: the words name the package", async () => {
    const shop = await aReportingShop(t, { series: "EIB-" });
    const [good, bad] = await packagesFor(t, shop, [
      aBusinessOrder(shop),
      // Its address lies in Karnataka, its registration in Maharashtra.
      aBusinessOrder(shop, {
        billingAddress: { ...aBusinessOrder(shop).billingAddress, state: "Karnataka", pincode: "560001" },
      }),
    ]);
    if (!good || !bad) throw new Error("each order has a package");
    const results = await invoice(shop, [bad, good]);
    expect(results.map((r) => [r.outcome, r.refusal?.code, r.invoiceNumber])).toEqual([
      ["FAILED", "EINVOICE_GSTIN_STATE", null],
      ["WAITING", "EINVOICE_WAITING", "EIB-1"],
    ]);
    expect(await nextNumber(shop)).toBe(2);
  });

  it("without a user at the portal, or without a portal, no number is taken", async () => {
    const shop = await aReportingShop(t, { series: "EIC-", account: null });
    const ids = await businessPackages(t, shop, 1);
    expect((await invoice(shop, ids))[0]?.refusal?.code).toBe("EINVOICE_ACCOUNT_MISSING");
    expect(await nextNumber(shop)).toBe(1);
    await enterAccount(t, shop.tenantId);
    expect((await invoice(shop, ids))[0]?.invoiceNumber).toBe("EIC-1");
  });
});

describe("the portal does not do it", () => {
  it("down: all wait together with growing pauses, and go on by themselves under the same numbers", async () => {
    const shop = await aReportingShop(t, { series: "EID-" });
    const ids = await businessPackages(t, shop, 3);
    await invoice(shop, ids);
    scene.simulator.fault({ kind: "5xx" });
    await askNow(t, shop.tenantId);
    const waiting = await eInvoicesIn(t, shop.tenantId);
    expect(waiting.map(({ state, words }) => [state, words])).toEqual(
      Array.from({ length: 3 }, () => ["WAITING", "NIC does not answer."]),
    );
    const [first] = await invoice(shop, ids);
    expect(first?.outcome).toBe("WAITING");
    expect(inWords(first)).toContain("NIC does not answer.");
    const calls = scene.exchanges.length;
    await askNow(t, shop.tenantId);
    expect(scene.exchanges).toHaveLength(calls); // its time has not come
    scene.simulator.fault(null);
    t.clock.advance({ minutes: 2 });
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, ids)).toEqual(
      ["EID-1", "EID-2", "EID-3"].map((number) => ({ package: "PACKED", number, invoice: "ISSUED" })),
    );
    expect(scene.simulator.documents()).toHaveLength(3);
    expect(await nextNumber(shop)).toBe(4);
  });

  it("2146: it waits with NIC's code and is sent again", async () => {
    const shop = await aReportingShop(t);
    const ids = await businessPackages(t, shop, 1);
    await invoice(shop, ids);
    scene.simulator.fail({ code: "2146", operation: "generate", count: 1 });
    await askNow(t, shop.tenantId);
    expect((await eInvoicesIn(t, shop.tenantId))[0]).toMatchObject({ state: "WAITING", code: "2146" });
    expect(inWords((await invoice(shop, ids))[0])).toContain("NIC 2146");
    const order = await t.db.read(shop.tenantId, async (tx) => {
      const { id } = await tx.one(sql<{ id: SaleOrderId }>`
        select sale_order_id as id from godown.sale_order where tenant_id = ${shop.tenantId}`);
      return orderDetail(tx, "all", id);
    });
    expect(order?.invoices).toMatchObject([{ state: "IRN_PENDING", waitsFor: { code: "2146", state: "WAITING" } }]);
    t.clock.advance({ minutes: 1 });
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, ids)).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
  });

  it("2150 of its own document, whose answer was lost: the IRN that is there is taken, nothing is sent twice", async () => {
    const shop = await aReportingShop(t);
    const ids = await businessPackages(t, shop, 1);
    await invoice(shop, ids);
    // It arrives, and the line breaks before the answer; reading back fails too.
    scene.simulator.fault({ kind: "drop", operation: "generate", processed: true, count: 1 });
    scene.simulator.fault({ kind: "5xx", operation: "getByDocument", count: 1 });
    await askNow(t, shop.tenantId);
    const [lost] = await eInvoicesIn(t, shop.tenantId);
    expect(lost).toMatchObject({ state: "WAITING", tried: true, irn: null });
    scene.simulator.fault(null);
    t.clock.advance({ minutes: 1 });
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, ids)).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
    expect(scene.simulator.documents()).toHaveLength(1);
  });

  it("2150 of somebody else's document: the package waits with NIC's code, its number stays, and a person may cancel it", async () => {
    const shop = await aReportingShop(t, { series: "EIG-" });
    const ids = await businessPackages(t, shop, 1);
    await invoice(shop, ids);
    scene.simulator.fail({ code: "2150", operation: "generate", count: 1 });
    await askNow(t, shop.tenantId);
    expect((await eInvoicesIn(t, shop.tenantId))[0]).toMatchObject({ state: "BLOCKED", code: "2150", number: "EIG-1" });
    expect(await parcelsIn(t, shop.tenantId, ids)).toEqual([
      { package: "CREATED", number: "EIG-1", invoice: "IRN_PENDING" },
    ]);
    expect(inWords((await invoice(shop, ids))[0])).toContain("NIC 2150");
    expect(await nextNumber(shop)).toBe(2);
  });

  it("credentials refused: nothing more is sent, and saving others wakes all", async () => {
    const shop = await aReportingShop(t, { account: { password: "wrong" } });
    const ids = await businessPackages(t, shop, 2);
    await invoice(shop, ids);
    await askNow(t, shop.tenantId);
    expect((await eInvoicesIn(t, shop.tenantId)).map(({ state, code }) => [state, code])).toEqual([
      ["BLOCKED", "1019"],
      ["BLOCKED", "1019"],
    ]);
    expect(scene.exchanges).toHaveLength(1);
    expect(await alarms(shop)).toEqual([["EINVOICE_USER_REFUSED", "CRITICAL"]]);
    t.clock.advance({ hours: 1 });
    await askNow(t, shop.tenantId);
    expect(scene.exchanges).toHaveLength(1);
    expect(await alarms(shop)).toEqual([
      ["EINVOICES_LATE", "CRITICAL"],
      ["EINVOICE_USER_REFUSED", "CRITICAL"],
    ]);
    await enterAccount(t, shop.tenantId);
    await askNow(t, shop.tenantId);
    expect((await parcelsIn(t, shop.tenantId, ids)).map((each) => each.package)).toEqual(["PACKED", "PACKED"]);
    expect(await alarms(shop)).toEqual([]);
  });
});
