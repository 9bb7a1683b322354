import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  aServer,
  aTenantWithAdmin,
  aUserWithRole,
  errorCode,
  TestBrowser,
} from "../../tests/support/identity-builders.ts";
import { codesIn, pictureOfPage, readPages } from "../../tests/support/read-pdf.ts";
import { aShop, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { billingPublicRoutes, billingRoutes, signedInvoiceUrl } from "../billing/index.ts";
import type { InvoiceId, ShippingPackageId } from "../kernel/index.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import { shipmentRoutes } from "./index.ts";

let t: TestDatabase;
let server: FastifyInstance;
let shop: Shop;
let admin: TestBrowser;
let stranger: TestBrowser;
let ids: ShippingPackageId[];

interface Row {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly invoiceNumber: string | null;
  readonly invoiceId: InvoiceId;
  readonly awb: string | null;
  readonly allowed: string[];
  readonly items: { sku: string; quantity: number }[];
}
interface List {
  readonly rows: Row[];
  readonly total: number;
  readonly counts: Record<string, number>;
}
interface Detail extends Row {
  readonly actions: { action: string; allowed: boolean; refusal: { code: string; whatToDo: string } | null }[];
  readonly timeline: { kind: string }[];
  readonly providerChoice: { why: string };
}
interface Results {
  readonly results: { outcome: string; invoiceNumber: string | null; refusal: { code: string } | null }[];
}

const list = async (query = "", who = admin) => (await who.call("GET", `/shipments${query}`)).json<List>();
const at = (index: number): ShippingPackageId => {
  const id = ids[index];
  if (!id) throw new Error("there are five packages");
  return id;
};
const bytes = (answer: { rawPayload: Buffer }) => new Uint8Array(answer.rawPayload);

beforeAll(async () => {
  t = await testDatabase();
  server = await aServer(t, { routes: [...shipmentRoutes, ...billingRoutes], publicRoutes: billingPublicRoutes });
  const made = await aTenantWithAdmin(t);
  shop = await aShop(t, { tenantId: made.tenantId, series: "WEB-" });
  ids = await somePackages(t, shop, 5);
  admin = new TestBrowser(server);
  await admin.logIn(made.username);
  const elsewhere = await aFacility(t.db, made.tenantId);
  const packer = await aUserWithRole(t, made.tenantId, "PACKER", [elsewhere]);
  stranger = new TestBrowser(server);
  await stranger.logIn(packer.username);
});
afterAll(async () => {
  await server.close();
  await closeDocumentWorkers();
  await t.close();
});

describe("Shipments", () => {
  it("go by tabs with counts from new to ready, each row with what may happen next", async () => {
    const fresh = await list("?tab=new");
    expect(fresh.total).toBe(5);
    expect(fresh.rows[0]).toMatchObject({ state: "CREATED", items: [{ quantity: 1 }], invoiceNumber: null });
    expect(fresh.rows[0]?.allowed).toContain("pack");
    expect(fresh.rows[0]?.allowed).not.toContain("label");
    const invoiced = await admin.call("POST", "/shipments/invoice", { ids: [at(0), at(1), at(2)] });
    expect(invoiced.json<Results>().results.map((r) => r.invoiceNumber)).toEqual(["WEB-1", "WEB-2", "WEB-3"]);
    const early = await admin.call("POST", "/shipments/label", { ids: [at(0), at(1), at(4)] });
    expect(early.json<Results>().results.map((r) => r.refusal?.code ?? r.outcome)).toEqual([
      "DONE",
      "DONE",
      "LABEL_BEFORE_INVOICE",
    ]);
    expect((await list()).counts).toMatchObject({ new: 2, packed: 1, readyToShip: 2, cancelled: 0 });
    const [labelled] = (await list("?tab=readyToShip")).rows;
    expect(labelled).toMatchObject({ state: "READY_TO_SHIP", awb: expect.any(String) });
    expect((await list(`?q=${labelled?.awb}`)).rows.map((r) => r.code)).toEqual([labelled?.code]);
    expect((await list("?q=WEB-3")).rows.map((r) => r.shippingPackageId)).toEqual([at(2)]);
    expect((await list(`?q=${labelled?.items[0]?.sku}&cod=true`)).total).toBe(5);
    expect((await list("?cod=false")).total).toBe(0);
    expect((await list("?dispatchTo=2026-11-21T00:00:00Z")).total).toBe(0);
    expect((await list("?dispatchFrom=2026-11-21T00:00:00Z&dispatchTo=2026-11-22T00:00:00Z")).total).toBe(5);
  });

  it("tell on a package's page what is allowed, and why the rest is not", async () => {
    const packed = (await admin.call("GET", `/shipments/${at(2)}`)).json<Detail>();
    const actions = new Map(packed.actions.map((each) => [each.action, each]));
    expect([...actions.values()].filter((each) => each.allowed).map((each) => each.action)).toEqual([
      "label",
      "changeCourier",
      "changeBox",
      "cancel",
      "printInvoice",
    ]);
    expect(actions.get("invoice")?.refusal).toMatchObject({ code: "PACKAGE_STATE" });
    expect(actions.get("invoiceAndLabel")?.refusal).toMatchObject({ code: "SINGLE_ACTION_OFF" });
    expect(actions.get("manifest")?.refusal).toMatchObject({ code: "PACKAGE_STATE" });
    expect(actions.get("printLabel")?.refusal).toMatchObject({ code: "NOT_LABELLED", whatToDo: "Label it first." });
    expect(packed.timeline.map((each) => each.kind)).toEqual(
      expect.arrayContaining(["PACKAGE_CREATED", "INVOICE_ISSUED", "PACKAGE_PACKED"]),
    );
    const byCode = (await admin.call("GET", `/shipments/${packed.code}`)).json<Detail>();
    expect(byCode.shippingPackageId).toBe(at(2));
    const ready = (await admin.call("GET", `/shipments/${at(0)}`)).json<Detail>();
    expect(ready.providerChoice.why).toContain("560001");
  });

  it("take changes of box and courier, and refuse what makes no sense", async () => {
    const changed = await admin.call("PATCH", `/shipments/${at(2)}`, { weightGrams: 640 });
    expect(changed.json()).toMatchObject({ weightGrams: 640, courier: null });
    expect((await admin.call("PATCH", `/shipments/${at(2)}`, { weightGrams: 0 })).statusCode).toBe(400);
    expect(errorCode(await admin.call("PATCH", `/shipments/${at(2)}`, { courier: "NO_SUCH" }))).toBe("COURIER_UNKNOWN");
  });

  it("are not there for a person of another facility: 404, empty lists, nothing printed", async () => {
    expect((await list("", stranger)).total).toBe(0);
    for (const path of [`/shipments/${at(0)}`, `/shipments/${at(0)}/invoice.pdf`, `/shipments/${at(0)}/label.pdf`])
      expect((await stranger.call("GET", path)).statusCode).toBe(404);
    expect((await stranger.call("PATCH", `/shipments/${at(0)}`, { weightGrams: 1 })).statusCode).toBe(404);
    const step = await stranger.call("POST", "/shipments/invoice", { ids: [at(3)] });
    expect(step.json<Results>().results[0]?.refusal?.code).toBe("PACKAGE_NOT_FOUND");
    for (const name of ["invoices", "labels", "invoices-and-labels"])
      expect((await stranger.call("POST", `/shipments/${name}.pdf`, { ids })).statusCode).toBe(404);
    expect((await stranger.call("GET", "/invoices")).json<List>().total).toBe(0);
    const [invoice] = (await admin.call("GET", "/invoices")).json<{ rows: { invoiceId: string }[] }>().rows;
    expect((await stranger.call("GET", `/invoices/${invoice?.invoiceId}`)).statusCode).toBe(404);
    expect((await stranger.call("GET", `/invoices/${invoice?.invoiceId}/pdf`)).statusCode).toBe(404);
  });
});

describe("printing", () => {
  it("gives the invoice of a package and the invoices of many, drawn from what was stored", async () => {
    const one = await admin.call("GET", `/shipments/${at(0)}/invoice.pdf`);
    expect(one.headers["content-type"]).toBe("application/pdf");
    const [page] = await readPages(bytes(one));
    expect(page?.text).toContain("WEB-1");
    expect(page?.text).toContain("₹899.00");
    const codes = await codesIn(await pictureOfPage(bytes(one), 1, 3));
    expect(codes.find((code) => code.format === "QRCode")?.text).toContain("Value: INR 899.00");
    const many = await admin.call("POST", "/shipments/invoices.pdf", { ids: [at(2), at(4), at(0)] });
    const pages = await readPages(bytes(many));
    expect(pages.map((each) => /WEB-\d/.exec(each.text)?.[0])).toEqual(["WEB-3", "WEB-1"]); // the fifth has none
    expect(errorCode(await admin.call("GET", `/shipments/${at(4)}/invoice.pdf`))).toBe("NO_INVOICES_TO_PRINT");
  });

  it("gives labels whose barcode is the AWB, the second print marked as a copy, and both papers in one file", async () => {
    const [row] = (await list("?q=WEB-1")).rows;
    const first = await admin.call("GET", `/shipments/${at(0)}/label.pdf`);
    const [label] = await readPages(bytes(first));
    expect(label?.text).not.toContain("DUPLICATE COPY");
    const codes = await codesIn(await pictureOfPage(bytes(first), 1, 4));
    expect(codes.map((code) => code.text)).toContain(row?.awb);
    const both = await readPages(
      bytes(await admin.call("POST", "/shipments/invoices-and-labels.pdf", { ids: [at(0), at(1)] })),
    );
    expect(both.length).toBe(4);
    expect(both.map((each) => each.text.includes("DUPLICATE COPY"))).toEqual([false, true, false, false]);
    expect(errorCode(await admin.call("GET", `/shipments/${at(2)}/label.pdf`))).toBe("NOT_LABELLED");
  });

  it("shows an invoice to whoever has a signed link, until it expires, and to nobody with a changed one", async () => {
    const [row] = (await list("?q=WEB-1")).rows;
    const ctx = t.ctx(shop.tenantId);
    const url = signedInvoiceUrl(ctx, row?.invoiceId ?? ("" as InvoiceId), ctx.now.add({ hours: 1 }));
    expect(url).toMatch(/^http:\/\/godown\.test\/api\/v1\/public\//);
    const path = url.slice("http://godown.test/api/v1".length);
    const buyer = new TestBrowser(server);
    const shown = await buyer.call("GET", path);
    expect((await readPages(bytes(shown)))[0]?.text).toContain("WEB-1");
    const [other] = (await list("?q=WEB-2")).rows;
    const changed = [
      path.replace(row?.invoiceId ?? "", other?.invoiceId ?? ""),
      path.replace(/expires=\d+/, "expires=9999999999"),
      `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`,
    ];
    for (const each of changed) expect(errorCode(await buyer.call("GET", each))).toBe("INVOICE_LINK_REFUSED");
    t.clock.advance({ hours: 2 });
    expect(errorCode(await buyer.call("GET", path))).toBe("INVOICE_LINK_EXPIRED");
    t.clock.advance({ hours: -2 });
  });

  it("lists invoices with their taxes, as CSV too", async () => {
    const found = (await admin.call("GET", "/invoices?q=WEB-2")).json<{
      rows: { invoiceId: string; total: number }[];
    }>();
    expect(found.rows).toMatchObject([{ total: 89_900, taxable: 76_186, cgst: 6_857, sgst: 6_857, igst: 0 }]);
    const detail = (await admin.call("GET", `/invoices/${found.rows[0]?.invoiceId}`)).json();
    expect(detail).toMatchObject({ lines: [{ quantity: 1, gstBps: 1_800, total: 89_900 }] });
    const csv = (await admin.call("GET", "/invoices.csv?state=ISSUED&sort=number")).body.trim().split("\n");
    expect(csv.length).toBe(4);
    expect(csv[1]).toContain("WEB-1");
    expect(csv[1]).toContain("761.86");
  });
});
