import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installStandardTaxClasses } from "../../src/catalog/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
const base64 = (text: string) => Buffer.from(text).toString("base64");
interface Work {
  state: string;
  total: number;
  failed: number;
  finishedAt: string | null;
}
interface Rows<Row> {
  rows: Row[];
  total: number;
}

/** What a seller does before the first order, all through the same HTTP calls as the screens. */
describe("a seller sets up", () => {
  let app: TestApp;
  let asha: HttpClient;
  let facilityId: string;
  beforeAll(async () => {
    app = await testApp();
    await aSeller(app);
    asha = await app.login("asha", PASSWORD);
  });
  afterAll(() => app.close());

  const upload = async (path: string, fileName: string, text: string, options: object = {}): Promise<Work> => {
    const { workId } = await asha.must<{ workId: string }>("POST", path, { fileName, base64: base64(text), options });
    return waitFor(`the end of ${fileName}`, async () => {
      const work = await asha.must<Work>("GET", `/work/${workId}`);
      return work.finishedAt === null ? undefined : work;
    });
  };
  const csv = async (path: string) => (await asha.api("GET", path)).text.replace("\uFEFF", "");

  it("makes a facility and its series, and sees the next number before saving", async () => {
    const place = { line1: "1 Hosur Road", city: "Bengaluru", stateCode: "29", pincode: "560068" };
    const facility = { code: "BLR-1", name: "Bengaluru", gstin: "29AABCT1332L000", ...place };
    expect((await asha.api("POST", "/facilities", { ...facility, stateCode: "27" })).code).toBe("GSTIN_STATE_MISMATCH");
    ({ facilityId } = await asha.must<{ facilityId: string }>("POST", "/facilities", facility));
    const series = { facilityId, documentType: "SALE_INVOICE", prefix: "INV-", nextNumber: 7 };
    expect(await asha.must("POST", "/series/preview", series)).toMatchObject({ nextNumber: "INV-7" });
    await asha.must("POST", "/series", series);
    expect((await asha.api("POST", "/series", series)).status).toBe(409);
    const { rows } = await asha.must<Rows<unknown>>("GET", `/series?facilityId=${facilityId}`);
    expect(rows).toMatchObject([{ owner: "facility BLR-1", next: "INV-7", documentType: "SALE_INVOICE" }]);
  });

  it("uploads products; what was exported can be uploaded again and changes nothing", async () => {
    const text =
      'SKU Code,Name,HSN,Tax Class,MRP,Type\nPEN,"Pen, blue",960810,GST_18,10.50,\nINK,=Ink,,,,\nBOX,Box,,,,BUNDLE\nx,,,,,\n';
    expect(await upload("/skus/import", "skus.csv", text)).toMatchObject({ state: "PARTIAL", total: 4, failed: 1 });
    expect(
      await upload("/bundles/import", "bundles.csv", "Bundle SKU Code,Component SKU Code,Quantity\nBOX,PEN,2\n"),
    ).toMatchObject({ state: "DONE" });
    const exported = await csv("/skus.csv");
    expect(exported).toContain("'=Ink"); // safe to open in a spreadsheet
    const before = await asha.must<Rows<unknown>>("GET", "/skus");
    expect(await upload("/skus/import", "again.csv", exported)).toMatchObject({ state: "DONE", total: 3, failed: 0 });
    expect((await asha.must<Rows<unknown>>("GET", "/skus")).rows).toEqual(before.rows);
    const found = await asha.must<Rows<{ code: string }>>("GET", "/skus?search=pen&lacks=WEIGHT");
    expect(found.rows.map((r) => r.code)).toEqual(["PEN"]);
  });

  it("counts stock in, by form and by file", async () => {
    const adjustment = { facility: "BLR-1", sku: "PEN", kind: "ADD", quantity: 10 };
    expect(await asha.must("POST", "/inventory/adjustments", adjustment)).toEqual({ moved: 10 });
    expect((await asha.api("POST", "/inventory/adjustments", { ...adjustment, sku: "BOX" })).code).toBe(
      "BUNDLE_NOT_STOCKED",
    );
    const file = "Facility Code,SKU Code,Adjustment Type,Quantity\nBLR-1,INK,REPLACE,4\nBLR-1,PEN,REMOVE,3\n";
    for (const _time of [1, 2])
      expect(await upload("/inventory/adjustments/import", "stock.csv", file)).toMatchObject({ state: "DONE" });
    expect(
      (await csv("/stock.csv"))
        .split("\r\n")
        .slice(1, 3)
        .map((line) => line.split(",").slice(0, 6).join()),
    ).toEqual(["BLR-1,INK,'=Ink,4,0,4", 'BLR-1,PEN,"Pen, blue",7,0']);
    const { rows } = await asha.must<Rows<{ quantity: number; cause: string }>>("GET", "/stock-ledger?search=PEN");
    expect(rows.map((r) => [r.cause, r.quantity])).toEqual([
      ["ADJUST_REMOVE", -3],
      ["ADJUST_ADD", 10],
    ]);
  });

  it("adds a courier with its numbers and pincodes, and asks who would carry a parcel", async () => {
    const provider = {
      code: "SWIFT",
      name: "Swift",
      servesEverywhere: false,
      trackingUrlTemplate: "https://swift.example/{awb}",
    };
    const { providerId } = await asha.must<{ providerId: string }>("POST", "/shipping-providers", provider);
    expect(
      await asha.must("POST", `/shipping-providers/${providerId}/awbs`, { from: "SW001", to: "SW100" }),
    ).toMatchObject({ added: 100 });
    expect((await asha.api("GET", "/shipping-providers/choice?pincode=400001")).code).toBe("NO_PROVIDER");
    expect(
      await upload("/provider-pincodes/import", "pins.csv", "Pincode,Sort Code\n400001,BOM/1\n", { providerId }),
    ).toMatchObject({ state: "DONE" });
    expect(await asha.must("GET", "/shipping-providers/choice?pincode=400001&cod=true")).toMatchObject({
      code: "SWIFT",
      sortCode: "BOM/1",
    });
    const { rows } = await asha.must<Rows<unknown>>("GET", "/shipping-providers");
    expect(rows).toMatchObject([{ code: "SWIFT", awbsLeft: 100, pincodes: 1 }]);
  });

  it.each([
    "/facilities",
    "/shelves",
    "/billing-parties",
    "/series",
    "/skus",
    "/bundles",
    "/tax-rates",
    "/stock",
    "/stock-ledger",
    "/shelf-stock",
    "/shipping-providers",
    "/awbs",
    "/provider-pincodes",
  ])("lists %s as a page and as CSV, forwards and backwards", async (path) => {
    const page = await asha.must<Rows<unknown>>("GET", `${path}?limit=1`);
    expect(page.rows.length).toBe(Math.min(page.total, 1));
    const lines = (await csv(`${path}.csv`)).trim().split("\r\n");
    expect(lines).toHaveLength(page.total + 1);
    expect((await asha.api("GET", `${path}?sort=sideways`)).status).toBe(400);
    expect((await asha.api("GET", `${path}?search=%00`)).status).toBeLessThan(500);
  });
});

async function aSeller(app: TestApp): Promise<void> {
  must(
    await createTenant(
      app.services,
      {
        tenant: { code: "acme", name: "Acme", edition: "STANDARD", sandbox: true, live: true },
        admin: { name: "Asha", username: "asha", password: PASSWORD },
      },
      { after: installStandardTaxClasses },
    ),
  );
}
