import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setFaults } from "../../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { expectMoneyTrue } from "../../../tests/support/invariants.ts";
import { aPaperScene, type PaperScene, type PaperSource, pulled } from "../../../tests/support/paper-scene.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { must, type ShippingPackageId } from "../../kernel/index.ts";
import { closeDocumentWorkers } from "../../platform/documents/index.ts";
import { askDueSteps, invoicePackages, labelPackages } from "../index.ts";
import { invoicesAndLabelsPdf } from "../print-labels.ts";
import type { StepResult } from "../step.ts";

let t: TestDatabase;
let scene: PaperScene;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => scene.sim.close());

const codes = (results: readonly StepResult[]) => results.map((r) => r.refusal?.code ?? r.outcome);
const invoice = async (...packageIds: ShippingPackageId[]) => codes(await invoicePackages(scene.ctx(), { packageIds }));
const label = async (...packageIds: ShippingPackageId[]) => codes(await labelPackages(scene.ctx(), { packageIds }));
const byJob = () => askDueSteps(scene.ctx(), scene.channelId);

interface Row {
  readonly state: string;
  readonly awb: string | null;
  readonly courier: string | null;
  readonly number: string | null;
  readonly numberedBy: string | null;
  readonly total: number;
  readonly taxable: number;
  readonly buyer: { name: string } | null;
  readonly series: number;
}
async function rowOf(id: ShippingPackageId): Promise<Row> {
  const [row] = await t.raw<Row>(
    `select p.state, p.awb, p.channel_courier_code as courier, i.number, i.numbered_by as "numberedBy", i.total_paise::float as total, i.taxable_paise::float as taxable,
       i.buyer, (select s.next_number::integer from godown.invoice_series s where s.tenant_id = p.tenant_id) as series
     from godown.shipping_package p left join godown.invoice i using (tenant_id, shipping_package_id) where p.shipping_package_id = $1`,
    [id],
  );
  if (!row) throw new Error("there is a package");
  return row;
}
const open = async (source: PaperSource, over: Parameters<typeof aPaperScene>[2] = {}) => {
  scene = await aPaperScene(t, source, over);
};
async function one(over: Record<string, unknown> = {}) {
  const [parcel] = await pulled(t, scene, 1, over);
  if (!parcel) throw new Error("there is a package");
  return parcel;
}
interface SimOrderView {
  readonly id: string;
  readonly invoices: readonly { kind: string; number: string }[];
  readonly parcels: readonly { courier: { code: string; awb: string } | null; box: { grams: number } | null }[];
}
const there = (id: string) => (scene.sim.state().orders as SimOrderView[]).find((order) => order.id === id);
async function printed(id: ShippingPackageId): Promise<string[]> {
  const { bytes } = must(await invoicesAndLabelsPdf(scene.ctx(), [id]));
  if (!(bytes instanceof Uint8Array)) throw new Error("a PDF comes as bytes");
  return (await readPages(bytes)).map((page) => page.text);
}

describe.each<PaperSource>(["OKER", "AJIO_DROPSHIP", "MARKETPLACE"])("invoice and label of %s", (source) => {
  it("come from where the source says, and both sides hold the same numbers", async () => {
    await open(source);
    const { id, channelOrderId } = await one();
    expect(await invoice(id)).toEqual(["DONE"]);
    expect(await label(id)).toEqual(["DONE"]);
    const row = await rowOf(id);
    const order = there(channelOrderId);
    const parcel = order?.parcels.at(0);
    expect(row).toMatchObject({ state: "READY_TO_SHIP", awb: parcel?.courier?.awb, courier: parcel?.courier?.code });
    if (source === "MARKETPLACE") {
      expect(row).toMatchObject({ numberedBy: "SERIES", series: 2 });
      expect(parcel?.box?.grams).toBeGreaterThan(0);
    } else {
      const made = order?.invoices.find((each) => each.kind === (source === "OKER" ? "INVOICE" : "B2B"));
      expect(row).toMatchObject({ numberedBy: "CHANNEL", number: made?.number, series: 1 });
    }
    await expectMoneyTrue(t, scene.tenantId);
    const texts = await printed(id);
    expect(texts.join("\n")).toContain(row.number);
    expect(texts.join("\n")).toContain(row.awb);
  });

  it("are waited for where they take their time, and come by themselves", async () => {
    await open(source, { invoiceDelayMs: 90_000, courierDelayMs: 90_000 });
    const { id } = await one();
    const invoiced = await invoice(id);
    if (source !== "MARKETPLACE") {
      expect(invoiced).toEqual(["CHANNEL_INVOICE_NOT_YET"]);
      for (const minutes of [1, 2]) {
        t.clock.advance({ minutes });
        await byJob();
      }
    }
    expect((await rowOf(id)).state).toBe("PACKED");
    expect(["CHANNEL_COURIER_NOT_YET", "DONE"]).toContain((await label(id))[0]);
    for (const minutes of [1, 2]) {
      t.clock.advance({ minutes });
      await byJob();
    }
    expect((await rowOf(id)).state).toBe("READY_TO_SHIP");
  });

  it("outlive calls that fail one in three: nothing twice, nothing lost", async () => {
    await open(source);
    const parcels = await pulled(t, scene, 8);
    const ids = parcels.map((parcel) => parcel.id);
    const operations = ["getInvoiceDetails", "getB2bInvoice", "getCourierDetails", "getLabels", "postShipmentDetails"];
    const kinds = ["5xx", "half_answer", "drop", "429"];
    const offered = source === "OKER" ? [0, 2, 3] : source === "AJIO_DROPSHIP" ? [1, 2, 3] : [2, 3, 4];
    const faults = offered.flatMap((at) => kinds.map((kind) => ({ kind, operation: operations[at], rate: 0.08 })));
    await setFaults(scene.sim, faults);
    for (let round = 0; round < 8; round++) {
      await invoice(...ids);
      await label(...ids);
      t.clock.advance({ minutes: 40 });
      await byJob();
    }
    await setFaults(scene.sim, null);
    t.clock.advance({ minutes: 40 });
    await byJob();
    await invoice(...ids);
    await label(...ids);
    const rows = await Promise.all(ids.map(rowOf));
    expect(rows.map((row) => row.state)).toEqual(ids.map(() => "READY_TO_SHIP"));
    expect(new Set(rows.map((row) => row.number)).size).toBe(ids.length);
    expect(rows.map((row) => row.awb)).toEqual(parcels.map((p) => there(p.channelOrderId)?.parcels[0]?.courier?.awb));
    await expectMoneyTrue(t, scene.tenantId);
  });
});

describe("each source by itself", () => {
  it("Oker: our page carries its number and rates, for it gives no file", async () => {
    await open("OKER");
    const { id } = await one();
    await invoice(id);
    await label(id);
    const { number } = await rowOf(id);
    const [page] = await printed(id);
    expect(page).toContain("Number given by");
    expect(page).toContain(number);
    expect(page).toMatch(/IGST|CGST/);
    expect(page).toContain("5%");
  });

  it("AJIO: the B2B invoice bills AJIO at its prices, and comes with its file", async () => {
    await open("AJIO_DROPSHIP");
    const { id } = await one();
    await invoice(id);
    const row = await rowOf(id);
    expect(row.buyer?.name).toContain("AJIO");
    const [kept] = await t.raw<{ kind: string; exchange: string }>(
      "select d.kind, e.operation as exchange from godown.document d join godown.exchange e using (tenant_id, exchange_id) where d.record_id = $1",
      [id],
    );
    expect(kept).toMatchObject({ kind: "CHANNEL_INVOICE", exchange: expect.stringContaining("fetchInvoice") });
    await label(id);
    const texts = await printed(id);
    expect(texts.length).toBeGreaterThanOrEqual(3); // B2B invoice, then label and B2C invoice in one file
    expect(texts[0]).toContain(row.number);
  });

  it("AJIO: a page instead of the file leaves the package where it was", async () => {
    await open("AJIO_DROPSHIP");
    const { id } = await one();
    await setFaults(scene.sim, { kind: "bad_file", operation: "getB2bInvoice" });
    const [code] = await invoice(id);
    expect(["DOCUMENT_NOT_A_PDF", "CHANNEL_ANSWER_UNREADABLE"]).toContain(code);
    expect(await rowOf(id)).toMatchObject({ state: "CREATED", number: null });
    await setFaults(scene.sim, null);
    expect(await invoice(id)).toEqual(["DONE"]);
    await setFaults(scene.sim, { kind: "bad_file", operation: "getLabels" });
    expect(["DOCUMENT_NOT_A_PDF", "CHANNEL_ANSWER_UNREADABLE"]).toContain((await label(id))[0]);
    expect(await rowOf(id)).toMatchObject({ state: "PACKED" });
  });

  it("a marketplace whose order the seller ships: our courier, nothing asked", async () => {
    await open("MARKETPLACE");
    const { id } = await one({ thirdPartyShipping: false });
    expect([...(await invoice(id)), ...(await label(id))]).toEqual(["DONE", "DONE"]);
    expect(await rowOf(id)).toMatchObject({ state: "READY_TO_SHIP", courier: null });
  });
});
