import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { codesIn, pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { isJson } from "../../kit/simulator/index.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { list, member, type PullBench, pdfIn, SELLER, startPullBench } from "../../protocol/simulator/test-bench.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { AJIO_DROPSHIP_CATALOGUE, AJIO_DROPSHIP_SELLERS, startAjioDropshipSimulator } from "./index.ts";

let bench: PullBench;

beforeEach(async () => {
  bench = await startPullBench(startAjioDropshipSimulator);
});

afterEach(() => bench.close());

const KURTA = { sku: "AVAASA-KURTA-TEAL-M", quantity: 2, sellingPrice: 899 };
const b2b = (id: string) => bench.get(`/orders/b2bInvoice?orderId=${id}`);
const manifestOf = (lines: readonly string[]) => ({
  courierCode: "EKART",
  manifestItems: lines.map((orderItemId) => ({
    orderItemId,
    status: "PROCESSING",
    productId: "460110",
    variantId: "460110M",
    quantity: 2,
  })),
});

describe("AJIO's accounts and goods", () => {
  it("are POB ids with tokens of half an hour", async () => {
    expect(AJIO_DROPSHIP_SELLERS.every(({ username }) => /^DV/.test(username))).toBe(true);
    const headers = await bench.logIn();
    const count = `${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`;
    bench.now = bench.now.add({ minutes: 29, seconds: 59 });
    expect((await call(count, { headers })).body).toEqual({ count: AJIO_DROPSHIP_CATALOGUE.length });
    bench.now = bench.now.add({ seconds: 1 });
    expect((await call(count, { headers })).status).toBe(401);
    expect(AJIO_DROPSHIP_CATALOGUE.length).toBeGreaterThanOrEqual(40);
  });

  it("orders name no warehouse: one account is one store", async () => {
    const { id } = await bench.place();
    expect(list(bench.order(id).items).every((item) => item.facilityCode === null)).toBe(true);
  });
});

describe("an order that AJIO reviews", () => {
  const pendency = async () =>
    list((await bench.get("/orders/pendency?pageNumber=1&pageSize=50")).body.pendencies).map((entry) => entry.orderId);
  const fresh = async () =>
    list((await bench.get("/orders?orderStatus=CREATED&pageSize=50&pageNumber=1")).body.orders).map(({ id }) => id);
  const waiting = async () =>
    list((await bench.get("/orders?orderStatus=PENDING_VERIFICATION&pageSize=50&pageNumber=1")).body.orders);

  it("is pendency alone until it is released, and then a new order of its old date", async () => {
    const { id } = await bench.place({ items: [{ ...KURTA, quantity: 40 }], underReview: true });
    expect([await pendency(), await fresh(), await waiting()]).toEqual([[id], [], []]);
    bench.now = bench.now.add({ minutes: 20 });
    expect((await bench.act(id, "release")).body).toMatchObject({ orderStatus: "CREATED", items: [{ onHold: false }] });
    expect([await pendency(), await fresh()]).toEqual([[], [id]]);
    expect(bench.order(id).orderDate).toBe("2026-11-20T04:30:00Z");
  });

  it("or is dropped, and then nothing but cancelled", async () => {
    const { id } = await bench.place({ items: [KURTA], underReview: true });
    expect((await b2b(id)).body).toMatchObject({ errors: [{ message: "order is not accepted yet" }] });
    expect((await bench.act(id, "drop")).body).toMatchObject({ orderStatus: "CANCELLED" });
    expect([await pendency(), await fresh()]).toEqual([[], []]);
  });
});

describe("the B2B invoice", () => {
  it("is made once, from the seller to AJIO, with its PDF", async () => {
    const { id } = await bench.place({ items: [KURTA], state: "Tamil Nadu" });
    const said = await b2b(id);
    expect(operation(AJIO_CONTRACT, "getB2bInvoice").response(200, said.body)).toMatchObject({ ok: true });
    // 899.00 less 15 %, twice, of which 5 % is tax; AJIO and seller are in one state, wherever the customer is.
    expect(said.body).toMatchObject({
      buyer: { gstin: "29AAXCA0003D1ZY", state: "Karnataka", pincode: "560025" },
      items: [{ quantity: 2, taxableValue: 1455.52, centralGstPercentage: 2.5, integratedGstPercentage: 0 }],
      totalValue: 1528.3,
    });
    bench.now = bench.now.add({ minutes: 20 });
    expect((await b2b(id)).body).toEqual(said.body);
    const pdf = pdfIn(said.body.document);
    const [page] = await readPages(pdf);
    const { invoiceNumber } = said.body;
    for (const words of ["Tax invoice (B2B)", invoiceNumber, "29AAXCA0003D1ZY", "1,455.52", "Rs. 1,528.30", KURTA.sku])
      expect(page?.text).toContain(words);
    const [code] = await codesIn(await pictureOfPage(pdf, 1, 3));
    const read: unknown = JSON.parse(code?.text ?? "");
    expect(isJson(read) ? read.InvNo : null).toBe(invoiceNumber);
  });

  it("is taxed by the state of the seller's GSTIN: of a store in Delhi with IGST, and with his GSTIN on the paper", async () => {
    const gstin = "07AAXCS0001F1ZK";
    bench.sim.addSeller({ ...SELLER, gstin });
    const { id } = await bench.place({ items: [KURTA], state: "Delhi" });
    const said = await b2b(id);
    expect(said.body).toMatchObject({
      buyer: { state: "Karnataka" },
      items: [{ taxableValue: 1455.52, centralGstPercentage: 0, stateGstPercentage: 0, integratedGstPercentage: 5 }],
      totalValue: 1528.3,
    });
    const [page] = await readPages(pdfIn(said.body.document));
    expect(page?.text).toContain(gstin);
  });

  it("is late, refused or no PDF on demand, and then there as if nothing had been", async () => {
    const { id } = await bench.place({ items: [KURTA] });
    await bench.fault({ kind: "failed", operation: "getB2bInvoice", count: 1, message: "Generation in progress" });
    expect(await b2b(id)).toMatchObject({ status: 404, body: { message: "Generation in progress" } });
    await bench.fault({ kind: "bad_file", operation: "getB2bInvoice", count: 1 });
    expect(pdfIn((await b2b(id)).body.document).toString()).toContain("Please sign in");
    await bench.fault({ kind: "401", operation: "getB2bInvoice", count: 1 });
    expect((await b2b(id)).status).toBe(401);
    await bench.fault({ kind: "half_answer", operation: "getB2bInvoice", count: 1 });
    await expect(b2b(id)).rejects.toThrow();
    expect((await b2b(id)).status).toBe(200);
    expect(list(bench.order(id).invoices)).toHaveLength(1);
  });

  it("of another seller's order, or of none, is refused", async () => {
    expect((await b2b("nobody")).status).toBe(400);
    expect((await call(`${bench.sim.url}/orders/b2bInvoice?orderId=1`)).status).toBe(401);
    expect((await bench.get("/orders/b2bInvoice")).status).toBe(400);
    expect((await bench.get("/invoiceDetails?orderId=1")).status).toBe(404);
  });
});

describe("label, B2C invoice and manifest", () => {
  it("come as one PDF: the courier's label, then AJIO's invoice to the customer", async () => {
    const { id, lines } = await bench.place({ items: [KURTA], state: "Tamil Nadu", paymentType: "COD" });
    await b2b(id);
    const { awbNo } = (await bench.get(`/courierDetails?orderItemIds=${lines}`)).body;
    const pdf = pdfIn((await bench.get(`/orders/labels?orderItemIds=${lines}`)).raw);
    const [label, invoice, ...more] = await readPages(pdf);
    expect(more).toEqual([]);
    expect(label?.text).toContain(`AWB ${awbNo}`);
    expect(label?.text).toContain("Collect Rs. 1,798.00");
    expect(invoice?.text).toContain("Tax invoice (B2C)");
    expect(invoice?.text).toContain("Place of supply: Tamil Nadu");
    const numbers = list(bench.order(id).invoices).map((made) => String(made.number));
    expect(numbers).toHaveLength(2);
    expect(invoice?.text).toContain(numbers[1]);
    expect(await codesIn(await pictureOfPage(pdf, 1, 3))).toContainEqual({ format: "Code128", text: awbNo });
  });

  it("name what stops a manifest; what does not makes one, the same for the same parcels", async () => {
    const orders = [];
    for (let n = 0; n < 40; n++) orders.push(await bench.place({ items: [KURTA] }));
    const [gone, ...others] = orders;
    for (const order of orders) await b2b(order.id);
    await bench.act(gone?.id ?? "", "cancel", { late: true });
    const refused = await bench.post("/orders/fetchManifest", manifestOf(orders.map(({ lines }) => lines)));
    expect(refused.body).toEqual({
      status: "FAILED",
      manifestUrl: "",
      orderItems: [{ orderItemId: gone?.lines, errorMessage: "item cancelled by customer" }],
    });
    const wish = manifestOf(others.map(({ lines }) => lines));
    const made = await bench.post("/orders/fetchManifest", wish);
    expect(made.body).toMatchObject({ status: "SUCCESS", orderItems: [] });
    expect((await bench.post("/orders/fetchManifest", wish)).body).toEqual(made.body);
    const pdf = Buffer.from(await (await fetch(String(made.body.manifestUrl))).arrayBuffer());
    const pages = await readPages(pdf);
    expect(pages).toHaveLength(2);
    expect(pages[0]?.text).toContain("Parcels: 39");
    expect(pages[0]?.text).toContain("Units: 78");
    const awbs = others.map(({ id }) => member(list(bench.order(id).parcels)[0], "courier").awb);
    const text = pages.map((page) => page.text).join("\n");
    for (const awb of awbs) expect(text).toContain(awb);
    const [code] = await codesIn(await pictureOfPage(pdf, 1, 3));
    expect(text).toContain(`Manifest No. ${code?.text}`);
  });

  it("refuse a manifest of more than 250 shipments", async () => {
    const lines: string[] = [];
    for (let n = 0; n < 251; n++) lines.push((await bench.place({ items: [KURTA] })).lines);
    const said = await bench.post("/orders/fetchManifest", manifestOf(lines));
    expect(said.body).toMatchObject({ status: "FAILED", manifestUrl: "" });
    expect(list(said.body.orderItems)).toHaveLength(251);
    expect(list(said.body.orderItems)[0]?.errorMessage).toBe("a manifest holds at most 250 shipments, not 251");
    expect((await bench.post("/orders/fetchManifest", manifestOf(lines.slice(1)))).body).toMatchObject({
      status: "SUCCESS",
    });
  });

  it("misbehave when the manifest's file is downloaded", async () => {
    const { lines } = await bench.place({ items: [KURTA] });
    const made = await bench.post("/orders/fetchManifest", manifestOf([lines]));
    const download = () => fetch(String(made.body.manifestUrl));
    const next = (kind: string) => bench.fault({ kind, operation: "downloadFile", count: 1 });
    await next("5xx");
    expect((await download()).status).toBe(503);
    await next("429");
    expect((await download()).status).toBe(429);
    await next("401");
    expect((await download()).status).toBe(401);
    await next("bad_file");
    expect((await download()).headers.get("content-type")).toBe("text/html");
    await next("half_answer");
    await expect(download().then((answer) => answer.arrayBuffer())).rejects.toThrow();
    await next("drop");
    await expect(download()).rejects.toThrow();
    const good = await download();
    expect([good.status, good.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    expect((await fetch(`${bench.sim.url}/files/other.pdf`)).status).toBe(404);
  });
});
