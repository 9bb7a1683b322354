/** The credit note that AJIO makes of an invoice with an IRN: its own IRN under AJIO's number, and AJIO told of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEMO_ACCOUNT } from "../../connectors/nic/simulator/index.ts";
import { askDueCreditNotes, creditNotesPdf } from "../../src/billing/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { saveAccount } from "../../src/e-invoice/account.ts";
import { askPortal } from "../../src/e-invoice/ask-portal.ts";
import { addParcels, askDueSteps, closeManifest, createManifest, invoiceAndLabel } from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { receiveAtDesk } from "../../src/returns/receive-at-desk.ts";
import { bytesOf } from "../support/asked-scene.ts";
import { creditNotesOf, creditsWrong, duesOf } from "../support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { eInvoicesIn, type ReportingScene, reportingScene } from "../support/e-invoice-shop.ts";
import { aPaperScene, type PaperScene, pulled } from "../support/paper-scene.ts";
import { readPages } from "../support/read-pdf.ts";
import { announced, casesOf, putAway } from "../support/return-builders.ts";

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
afterEach(() => ajio.sim.close());

interface There {
  readonly id: string;
  readonly irns: readonly { document: string; number: string; irn: string }[];
  readonly returns: readonly { returnId: string; creditNote: { number: string } | null }[];
}
const there = (channelOrderId: string) =>
  (ajio.sim.state().orders as unknown as There[]).find((order) => order.id === channelOrderId);
const tell = (saleOrderId: SaleOrderId) => sendNotices(ajio.ctx(), { channelId: ajio.channelId, saleOrderId });

/** Invoiced with its IRN, labelled, and handed over on a manifest that AJIO makes. */
async function gone(id: ShippingPackageId): Promise<SaleOrderId> {
  await invoiceAndLabel(ajio.ctx(), { packageIds: [id] });
  await askPortal(ajio.ctx(), gstin);
  await askDueSteps(ajio.ctx(), ajio.channelId);
  const of = { facilityId: ajio.facilityId, channelId: ajio.channelId, shippingProviderId: null };
  const { manifestId } = must(await createManifest(ajio.ctx(), { ...of, thirdPartyShipping: true }));
  must(await addParcels(ajio.ctx(), { manifestId, packageIds: [id] }));
  must(await closeManifest(ajio.ctx(), manifestId));
  const { order } = await t.db.read(ajio.tenantId, (tx) =>
    tx.one(sql<{ order: SaleOrderId }>`
      select sale_order_id as "order" from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`),
  );
  return order;
}

describe("an AJIO return with e-invoicing on", () => {
  it("is RETURNED when AJIO's credit note has its IRN; the cover lies before AJIO's file, and AJIO is told", async () => {
    const [parcel] = await pulled(t, ajio, 1);
    if (!parcel) throw new Error("there is a package");
    const { id, channelOrderId } = parcel;
    const saleOrderId = await gone(id);
    await fetch(`${ajio.sim.url}/_sim/orders/${channelOrderId}/rto`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const returnId = there(channelOrderId)?.returns[0]?.returnId ?? "";
    const shop = { tenantId: ajio.tenantId, channelId: ajio.channelId } as never;
    await announced(t, shop, { channelOrderId, channelReturnId: returnId });
    const [found] = await casesOf(t, ajio.tenantId);
    const input = {
      facilityId: ajio.facilityId,
      units: null,
      grade: "good" as const,
      unannounced: false,
      putawayId: null,
    };
    const desk = must(await receiveAtDesk(ajio.ctx(), { ...input, held: { code: found?.code ?? "" } }));
    if (!desk.putaway) throw new Error("goods lie on a list");
    await tell(saleOrderId); // the grade: AJIO makes its credit note of what was graded
    await putAway(t, ajio.tenantId, desk.putaway.putawayId);
    t.clock.advance({ minutes: 150 });
    await askDueCreditNotes(ajio.ctx(), ajio.channelId);
    const made = there(channelOrderId)?.returns[0]?.creditNote?.number;
    expect(await creditNotesOf(t, ajio.tenantId)).toMatchObject([
      { number: made, numberedBy: "CHANNEL", state: "IRN_PENDING" },
    ]);
    expect(await casesOf(t, ajio.tenantId)).toMatchObject([{ state: "PENDING_INVOICE" }]);
    await askPortal(ajio.ctx(), gstin);
    expect(await duesOf(t, ajio.tenantId)).toMatchObject([{ state: "DONE" }]);
    expect(await casesOf(t, ajio.tenantId)).toMatchObject([{ state: "COMPLETED" }]);
    expect(await creditsWrong(t, ajio.tenantId)).toEqual([]);

    const registered = (await eInvoicesIn(t, ajio.tenantId)).find((each) => each.number === made?.toUpperCase());
    const [row] = await t.raw<{ id: string }>(
      "select credit_note_id as id from godown.credit_note where tenant_id = $1",
      [ajio.tenantId],
    );
    const pages = await readPages(bytesOf(must(await creditNotesPdf(ajio.ctx(), [row?.id as never]))));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[0]?.text).toContain(registered?.irn);
    await tell(saleOrderId);
    expect(there(channelOrderId)?.irns).toMatchObject([
      { document: "INVOICE" },
      { document: "CREDIT_NOTE", number: made, irn: registered?.irn },
    ]);
  });
});
