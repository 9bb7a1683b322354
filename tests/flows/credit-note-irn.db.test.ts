import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readSigned } from "../../connectors/nic/index.ts";
import { cancelCreditNote, creditNotesPdf, followPortal, listPendingCreditNotes } from "../../src/billing/index.ts";
import { addParcels, closeManifest, invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { bytesOf } from "../support/asked-scene.ts";
import { broughtBack, creditNotesOf, creditsWrong, duesOf } from "../support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { BUYER_GSTIN } from "../support/e-invoice-cases.ts";
import {
  aBusinessOrder,
  aReportingShop,
  askNow,
  eInvoicesIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import { packagesOf } from "../support/fulfilment-builders.ts";
import { aManifest } from "../support/hand-over-builders.ts";
import { codesIn, pictureOfPage } from "../support/read-pdf.ts";
import { casesOf } from "../support/return-builders.ts";
import { packagesFor, type Shop } from "../support/shop-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

let t: TestDatabase;
let scene: ReportingScene;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  scene = await reportingScene(t);
  followPortal();
});
afterAll(async () => {
  await scene.close();
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  scene.install();
  shop = await aReportingShop(t, { series: "EIA-" });
  await aSeries(
    t,
    shop.tenantId,
    { facilityId: shop.facilityId },
    { documentType: "SALE_RETURN_INVOICE", prefix: "EIC-" },
  );
});
afterEach(async () => {
  scene.simulator.fault(null);
  await scene.reset();
});

/** A business buyer's parcel of two units that left with its IRN. */
async function goneWithIrn(): Promise<ShippingPackageId> {
  const [id] = await packagesFor(t, shop, [aBusinessOrder(shop, { id: "JM-1" })]);
  if (!id) throw new Error("there is a package");
  const packageIds = [id];
  await invoicePackages(t.ctx(shop.tenantId), { packageIds });
  expect(await askNow(t, shop.tenantId)).toBe("done");
  expect((await labelPackages(t.ctx(shop.tenantId), { packageIds })).map((label) => label.outcome)).toEqual(["DONE"]);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds }));
  must(await closeManifest(t.ctx(shop.tenantId), manifestId));
  return id;
}
const notes = () => creditNotesOf(t, shop.tenantId);
const idOf = async () =>
  (
    await t.raw<{ id: string }>("select credit_note_id as id from godown.credit_note where tenant_id = $1", [
      shop.tenantId,
    ])
  )[0]?.id as never;
const states = async () => ({
  notes: (await notes()).map((note) => note.state),
  dues: (await duesOf(t, shop.tenantId)).map((due) => due.state),
  cases: (await casesOf(t, shop.tenantId)).map((each) => each.state),
  parcels: (await packagesOf(t, shop.tenantId)).map((parcel) => parcel.state),
});

describe("the credit note of an invoice that has an IRN", () => {
  it("is reported as CRN, names the invoice, and ends the return when its IRN is here; its code proves itself", async () => {
    await broughtBack(t, shop, await goneWithIrn());
    expect(await states()).toMatchObject({ notes: ["IRN_PENDING"], dues: ["IRN_PENDING"], cases: ["PENDING_INVOICE"] });
    expect(await creditNotesPdf(t.ctx(shop.tenantId), [await idOf()])).toMatchObject({
      refusal: { code: "CREDIT_NOTE_WAITS_FOR_IRN" },
    });
    expect(await askNow(t, shop.tenantId)).toBe("done");
    expect(await states()).toEqual({ notes: ["ISSUED"], dues: ["DONE"], cases: ["COMPLETED"], parcels: ["RETURNED"] });
    const [row] = await t.raw<{ document: Record<string, never> }>(
      "select document from godown.e_invoice where tenant_id = $1 and subject_type = 'CREDIT_NOTE'",
      [shop.tenantId],
    );
    expect(row?.document).toMatchObject({
      DocDtls: { Typ: "CRN", No: "EIC-1", Dt: "20/11/2026" },
      RefDtls: { PrecDocDtls: [{ InvNo: "EIA-1", InvDt: "20/11/2026" }] },
      BuyerDtls: { Gstin: BUYER_GSTIN },
      ValDtls: { TotInvVal: 1798 },
    });
    const registered = (await eInvoicesIn(t, shop.tenantId)).find((each) => each.number === "EIC-1");
    const file = must(await creditNotesPdf(t.ctx(shop.tenantId), [await idOf()]));
    const codes = await codesIn(await pictureOfPage(bytesOf(file), 1, 4));
    const proofs = codes.map(({ text }) => readSigned(text, [scene.simulator.keys.signing]));
    expect(proofs).toContainEqual(
      expect.objectContaining({
        proved: true,
        data: expect.objectContaining({ Irn: registered?.irn, DocNo: "EIC-1", DocTyp: "CRN" }),
      }),
    );
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });

  it("waits with the portal's words while that is down, under one number, and goes on by itself", async () => {
    const parcel = await goneWithIrn();
    scene.simulator.fault({ kind: "5xx" });
    await broughtBack(t, shop, parcel);
    await askNow(t, shop.tenantId);
    expect(await states()).toMatchObject({ dues: ["IRN_PENDING"], cases: ["PENDING_INVOICE"] });
    const page = { limit: 50, offset: 0, sort: "putAwayAt", descending: false };
    const { rows } = await t.db.read(shop.tenantId, (tx) => listPendingCreditNotes(t.ctx(shop.tenantId), tx, {}, page));
    expect(rows[0]?.portalWords).toMatch(/\S/);
    expect(rows[0]?.portalNextAt).not.toBeNull();
    scene.simulator.fault(null);
    t.clock.advance({ minutes: 30 });
    await askNow(t, shop.tenantId);
    expect(await states()).toMatchObject({ notes: ["ISSUED"], cases: ["COMPLETED"] });
    expect((await notes()).map((note) => note.number)).toEqual(["EIC-1"]);
  });

  it("is cancelled at 23 hours with its IRN, and refused at 25", async () => {
    await broughtBack(t, shop, await goneWithIrn());
    await askNow(t, shop.tenantId);
    t.clock.advance({ hours: 25 });
    expect(await cancelCreditNote(t.ctx(shop.tenantId), await idOf(), "wrong goods")).toMatchObject({
      refusal: { code: "EINVOICE_CANCEL_TOO_LATE" },
    });
    t.clock.set(TEST_MORNING.add({ hours: 23 }));
    must(await cancelCreditNote(t.ctx(shop.tenantId), await idOf(), "wrong goods"));
    expect(await states()).toMatchObject({ notes: ["CANCELLED"], dues: ["FAILED"] });
    await askNow(t, shop.tenantId);
    expect((await eInvoicesIn(t, shop.tenantId)).find((each) => each.number === "EIC-1")?.state).toBe("CANCELLED");
  });
});
