import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { broughtBack } from "../../tests/support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { anOpenGatepass, aYard, say, type Yard } from "../../tests/support/gatepass-builders.ts";
import { aManifest, readyParcels } from "../../tests/support/hand-over-builders.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import { addressWith, aListing, aPushOrder, type PushOrder } from "../../tests/support/order-builders.ts";
import { aShop, aTaxClass, type Shop } from "../../tests/support/shop-builders.ts";
import { aSeries } from "../../tests/support/warehouse-builders.ts";
import { addParcels, closeManifest } from "../fulfilment/index.ts";
import { issueGatepass } from "../gatepasses/index.ts";
import { type FacilityId, must, parseRupees, type ShippingPackageId, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { readCsv } from "../platform/csv.ts";
import { financeRoutes } from "./routes.ts";

let t: TestDatabase;
let yard: Yard;
let shop: Shop;
let cheapProduct: string;

/** What a route answers, its query read as the server reads it. */
async function ask(path: string, query: Record<string, string>, over: Partial<Ctx> = {}): Promise<unknown> {
  const route = financeRoutes.find((each) => each.path === path);
  if (!route?.query) throw new Error(`there is a route ${path}`);
  return route.handle(t.ctx(shop.tenantId, over), { params: {}, query: route.query.parse(query), body: {} });
}
async function csv(path: string, query: Record<string, string>, over: Partial<Ctx> = {}) {
  const file = (await ask(`/finance/${path}.csv`, query, over)) as { bytes: Readable };
  const written = await text(file.bytes);
  if (written.trimEnd().split("\r\n").length === 1) return []; // the titles alone
  return must(readCsv(Buffer.from(written), { required: [], rowsMax: 100_000 })).map((row) => row.cells);
}
type Cells = Awaited<ReturnType<typeof csv>>[number];
/** Titles are compared without regard to case and blanks. */
const cell = (row: Cells, title: string) => row[title.toLowerCase().replaceAll(" ", "")] ?? row[title] ?? "";
const inPaise = (row: Cells, title: string) => parseRupees(cell(row, title)) ?? Number.NaN;
const add = (rows: readonly Cells[], title: string) => rows.reduce((sum, row) => sum + inPaise(row, title), 0);

const HEADS = ["Taxable Value", "CGST", "SGST", "UTGST", "IGST", "Cess", "Round-off", "Total"];
const columnsOf = (alias: string, roundOff = `${alias}.round_off_paise`) =>
  ["taxable", "cgst", "sgst", "utgst", "igst", "cess"]
    .map((name) => `sum(${alias}.${name}_paise)`)
    .concat(`sum(${roundOff})`, `sum(${alias}.total_paise)`)
    .map((c) => `coalesce(${c}, 0)::bigint`)
    .join(", ");

/** The stored documents' own sums, by SQL of this test alone. */
async function stored(table: string, where: string, month: string, roundOff?: string): Promise<number[]> {
  const rows = await t.raw<Record<string, string>>(
    `select array[${columnsOf("d", roundOff)}] as sums from godown.${table} d where d.tenant_id = $1 and to_char(d.issued_on, 'YYYY-MM') = $2 and ${where}`,
    [shop.tenantId, month],
  );
  return ((rows[0]?.sums ?? []) as unknown as string[]).map(Number);
}
const plus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + (b[i] ?? 0));

async function sold(orders: readonly PushOrder[]): Promise<ShippingPackageId[]> {
  const packageIds = await readyParcels(t, shop, orders);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds }));
  must(await closeManifest(t.ctx(shop.tenantId), manifestId));
  return packageIds;
}
const line = (quantity = 1, price = 899) => ({ productId: shop.productId, quantity, price });
const MUMBAI = addressWith({ city: "Mumbai", state: "Maharashtra", pincode: "400001" });

beforeAll(async () => {
  t = await testDatabase();
  t.clock.set("2026-10-31T18:00:00Z"); // 23:30 of 31 October in India
  yard = await aYard(t, { stock: 10 });
  shop = await aShop(t, { tenantId: yard.tenantId, series: "FIN-", stock: 100 });
  await aSeries(
    t,
    shop.tenantId,
    { facilityId: shop.facilityId },
    { documentType: "SALE_RETURN_INVOICE", prefix: "FCN-" },
  );
  const cheap: SkuId = await aSku(t.db, shop.tenantId, {
    taxClassId: await aTaxClass(t, shop.tenantId, 500),
    hsn: "61091000",
  });
  await stock(t, shop.tenantId, shop.facilityId, cheap, 50);
  ({ productId: cheapProduct } = await aListing(t, shop.tenantId, shop.channelId, cheap));
  await sold([aPushOrder([line()], { id: "OCT" })]);
  t.clock.set("2026-10-31T18:45:00Z"); // 00:15 of 1 November in India
  const [first] = await sold([
    aPushOrder([line(3, 33.34), { productId: cheapProduct, quantity: 2, price: 149.99 }], { id: "NOV-1" }),
  ]);
  t.clock.set(TEST_MORNING);
  const [second] = await sold([
    aPushOrder([line(2)], { id: "NOV-2", shippingAddress: MUMBAI, billingAddress: MUMBAI }),
    aPushOrder([line(1, 101.01)], {
      id: "NOV-3",
      gstin: "27AAPFU0939F1ZV",
      shippingAddress: MUMBAI,
      billingAddress: MUMBAI,
    }),
    aPushOrder([line()], { id: "NOV-4" }),
  ]);
  if (!first || !second) throw new Error("parcels left");
  // Cancelled after it was numbered, as before dispatch.
  await t.raw(
    `update godown.invoice i set state = 'CANCELLED', cancelled_at = now() from godown.sale_order o
     where o.sale_order_id = i.sale_order_id and o.channel_order_id = 'NOV-4' and i.tenant_id = $1`,
    [shop.tenantId],
  );
  await broughtBack(t, shop, second, { order: "NOV-2" });
  await broughtBack(t, shop, first, { kind: "CIR", order: "NOV-1", units: 1, channelReturnId: "R-1" });
  must(await issueGatepass(yard.ctx(), await anOpenGatepass(yard, {}, [{ quantity: 4, price: 99_999 }])));
});
afterAll(() => t.close());

describe("registers of a month", () => {
  it("of sales sum to the stored invoices to the paisa, head by head, transfer invoices included", async () => {
    for (const month of ["2026-10", "2026-11"]) {
      const rows = await csv("sales-register", { month });
      const sums = HEADS.map((title) => add(rows, title));
      const orders = await stored("invoice", "d.state = 'ISSUED'", month);
      const transfers = await stored("gatepass_document", "d.state = 'ISSUED' and d.kind = 'TAX_INVOICE'", month, "0");
      expect(sums).toEqual(plus(orders, transfers));
    }
    const november = await csv("sales-register", { month: "2026-11" });
    expect(
      november
        .map(
          (row) =>
            `${cell(row, "Order Or Gatepass")} ${cell(row, "GST Rate %")} ${cell(row, "Supply")} ${cell(row, "State")}`,
        )
        .sort(),
    ).toEqual([
      expect.stringMatching(/^GP.* 18 B2B ISSUED$/),
      "NOV-1 18 B2C ISSUED",
      "NOV-1 5 B2C ISSUED",
      "NOV-2 18 B2C ISSUED",
      "NOV-3 18 B2B ISSUED",
      "NOV-4 18 B2C CANCELLED",
    ]);
    const [cancelled] = november.filter((row) => cell(row, "State") === "CANCELLED");
    expect(cancelled && [cell(cancelled, "Total"), cell(cancelled, "Not Counted")]).toEqual(["0.00", "899.00"]);
    expect(cell(november.find((row) => cell(row, "Order Or Gatepass") === "NOV-2") ?? {}, "Place Of Supply")).toBe(
      "27-Maharashtra",
    );
  });

  it("go by the day in the facility's zone: half an hour around midnight in India lies between two months", async () => {
    const october = await csv("sales-register", { month: "2026-10" });
    expect(october.map((row) => [cell(row, "Order Or Gatepass"), cell(row, "Invoice Date")])).toEqual([
      ["OCT", "2026-10-31"],
    ]);
  });

  it("of credit notes name the invoices and sum to the stored ones", async () => {
    const rows = await csv("credit-note-register", { month: "2026-11" });
    expect(HEADS.map((title) => add(rows, title))).toEqual(
      await stored("credit_note", "d.state = 'ISSUED'", "2026-11"),
    );
    expect(
      rows.map((row) => [cell(row, "Credit Note Number"), cell(row, "Total"), cell(row, "Order Or Gatepass")]).sort(),
    ).toEqual([
      ["FCN-1", "1798.00", "NOV-2"],
      ["FCN-2", "33.34", "NOV-1"],
    ]);
    expect(rows.every((row) => cell(row, "Invoice Number").startsWith("FIN-") && cell(row, "Return") !== "")).toBe(
      true,
    );
  });

  it("of HSN are net of what came back, B2B and B2C apart", async () => {
    const rows = await csv("hsn-summary", { month: "2026-11" });
    const sales = await csv("sales-register", { month: "2026-11" });
    const credits = await csv("credit-note-register", { month: "2026-11" });
    for (const title of ["Taxable Value", "CGST", "SGST", "UTGST", "IGST", "Cess"])
      expect(add(rows, title)).toBe(add(sales, title) - add(credits, title));
    expect(add(rows, "Total Value")).toBe(
      add(sales, "Total") - add(sales, "Round-off") - add(credits, "Total") + add(credits, "Round-off"),
    );
    const goods = rows.filter((row) => cell(row, "HSN") === "62114210" && cell(row, "Supply") === "B2C");
    // Three units less one, two less two.
    expect(goods.map((row) => [cell(row, "UQC"), cell(row, "Total Quantity"), cell(row, "GST Rate %")])).toEqual([
      ["NOS", "2", "18"],
    ]);
    expect(rows.find((row) => cell(row, "HSN") === "61091000")).toMatchObject({});
    const { rows: json } = (await ask("/finance/hsn-summary", { month: "2026-11" })) as { rows: { taxable: number }[] };
    expect(json.reduce((sum, row) => sum + row.taxable, 0)).toBe(add(rows, "Taxable Value"));
  });

  it("of document series name first, last, count and cancelled", async () => {
    const { rows } = (await ask("/finance/document-series", { month: "2026-11" })) as {
      rows: Record<string, unknown>[];
    };
    const ours = rows.filter((row) => row.prefix === "FIN-" || row.prefix === "FCN-");
    expect(ours).toMatchObject([
      { documentType: "SALE_INVOICE", first: "FIN-2", last: "FIN-5", count: 4, cancelled: 1, net: 3 },
      {
        documentType: "SALE_RETURN_INVOICE",
        nature: "Credit Note",
        first: "FCN-1",
        last: "FCN-2",
        count: 2,
        cancelled: 0,
      },
    ]);
    expect(rows.find((row) => row.documentType === "GATEPASS_INVOICE")).toMatchObject({ count: 1, net: 1 });
  });

  it("are of a registration or a facility where that is asked, and of the facilities that the right reaches", async () => {
    const all = await csv("sales-register", { month: "2026-11" });
    const [one] = all.filter((row) => cell(row, "Origin") === "GATEPASS");
    const gstin = cell(one ?? {}, "Supplier GSTIN");
    expect((await csv("sales-register", { month: "2026-11", gstin })).length).toBe(1);
    expect((await csv("sales-register", { month: "2026-11", facilityId: shop.facilityId })).length).toBe(
      all.length - 1,
    );
    const elsewhere: FacilityId[] = [];
    expect(await csv("sales-register", { month: "2026-11" }, { facilities: elsewhere })).toEqual([]);
    expect(await csv("hsn-summary", { month: "2026-11" }, { facilities: elsewhere })).toEqual([]);
    expect(await csv("document-series", { month: "2026-11" }, { facilities: elsewhere })).toEqual([]);
  });

  it("sum up to what the month comes to", async () => {
    const { rows } = (await ask("/finance/summary", { month: "2026-11" })) as {
      rows: { what: string; total: number; cancelled: number }[];
    };
    const of = (what: string) => rows.filter((row) => row.what === what).reduce((sum, row) => sum + row.total, 0);
    expect(of("SALES")).toBe(add(await csv("sales-register", { month: "2026-11" }), "Total"));
    expect(of("CREDIT_NOTES")).toBe(add(await csv("credit-note-register", { month: "2026-11" }), "Total"));
    expect(rows.reduce((sum, row) => sum + row.cancelled, 0)).toBe(1);
  });

  it("hold every document once where they are read a thousand at a time", async () => {
    await t.raw(
      `with copied as (
         insert into godown.invoice select (r).* from (
           select jsonb_populate_record(null::godown.invoice, to_jsonb(i) || jsonb_build_object('invoice_id', gen_random_uuid(), 'code', 'C' || n, 'number', 'X' || n,
             'state', 'CANCELLED', 'cancelled_at', now(), 'sequence_number', 1000 + n, 'credited_paise', 0, 'issued_on', '2026-12-' || lpad((1 + n % 28)::text, 2, '0'))) as r
           from (select * from godown.invoice where tenant_id = $1 and number = 'FIN-2') i, generate_series(1, 2500) n) made
         returning invoice_id
       )
       insert into godown.invoice_line select (r).* from (
         select jsonb_populate_record(null::godown.invoice_line, to_jsonb(l) || jsonb_build_object('invoice_id', c.invoice_id)) as r
         from (select l.* from godown.invoice_line l join godown.invoice i using (tenant_id, invoice_id) where i.tenant_id = $1 and i.number = 'FIN-2') l, copied c) made`,
      [shop.tenantId],
    );
    const rows = await csv("sales-register", { month: "2026-12" });
    expect(rows.length).toBe(5000); // two rates each
    expect(new Set(rows.map((row) => cell(row, "Invoice Number"))).size).toBe(2500);
  });

  it("warn of a transfer's credit note, too, that comes too late to lower tax", async () => {
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 2, price: 50_000 }]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    await t.raw("update godown.gatepass set state = 'SHORT', short_at = now() where gatepass_id = $1", [gatepassId]);
    const warnings = async (month: string) =>
      (await csv("credit-note-register", { month }))
        .filter((row) => cell(row, "Origin") === "GATEPASS")
        .map((row) => cell(row, "Warning"));
    t.clock.set("2027-11-30T10:00:00Z");
    must(await say(yard, gatepassId, "BACK", 1));
    expect(await warnings("2027-11")).toEqual([""]);
    t.clock.set("2027-12-01T04:00:00Z");
    must(await say(yard, gatepassId, "BACK", 1));
    expect(await warnings("2027-12")).toEqual(["After 30 November: does not lower tax (CGST Act s.34(2))"]);
    t.clock.set(TEST_MORNING);
  });

  it("give their connection back when nobody reads on", async () => {
    const file = (await ask("/finance/sales-register.csv", { month: "2026-12" })) as { bytes: Readable };
    file.bytes.on("error", () => undefined);
    file.bytes.destroy();
    for (let i = 0; i < 12; i++) {
      const other = (await ask("/finance/sales-register.csv", { month: "2026-12" })) as { bytes: Readable };
      other.bytes.on("error", () => undefined);
      other.bytes.destroy();
    }
    expect((await csv("sales-register", { month: "2026-10" })).length).toBe(1);
  });
});
