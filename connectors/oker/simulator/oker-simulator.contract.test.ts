import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { codesIn, pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { list, member, type PullBench, pdfIn, startPullBench } from "../../protocol/simulator/test-bench.ts";
import { OKER_CATALOGUE, OKER_WAREHOUSES, startOkerSimulator } from "./index.ts";

let bench: PullBench;

beforeEach(async () => {
  bench = await startPullBench(startOkerSimulator);
});

afterEach(() => bench.close());

const FLASK = { sku: "MILTON-THERMOS-1500", quantity: 2 };
const TOO_LATE = "cancellation is allowed only before invoicing, and this order is invoiced";
const cancelBody = (id: string) => ({
  orderId: id,
  orderItems: [{ orderItemId: `${id}-1`, productId: "41032", variantId: "41032-1", quantity: 2 }],
});

describe("Oker's goods and warehouses", () => {
  it("are its own: enough goods, each listed once, in the contract's form", async () => {
    expect(OKER_CATALOGUE.length).toBeGreaterThanOrEqual(40);
    expect(new Set(OKER_CATALOGUE.map((variant) => variant.sku)).size).toBe(OKER_CATALOGUE.length);
    const page = await bench.get("/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED");
    expect(operation("marketplace", "getProducts").response(200, page.body)).toMatchObject({ ok: true });
    expect(list(page.body.products)).toHaveLength(OKER_CATALOGUE.length);
  });

  it("each order leaves from one warehouse, of which there are several", async () => {
    const seen = new Set<unknown>();
    for (let n = 0; n < 30; n++) {
      const { id } = await bench.place();
      const codes = new Set(list(bench.order(id).items).map((item) => item.facilityCode));
      expect(codes.size).toBe(1);
      for (const code of codes) seen.add(code);
    }
    expect([...seen].sort()).toEqual([...OKER_WAREHOUSES].sort());
    const { id } = await bench.place({ items: [FLASK], warehouse: "OKR-NOWHERE" });
    const told = await bench.get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`);
    expect(list(told.body.orders)[0]).toMatchObject({ orderItems: [{ facilityCode: "OKR-NOWHERE" }] });
  });

  it("stock is kept for each warehouse, and a warehouse that nobody knows is refused alone", async () => {
    const flask = { productId: "41032", variantId: "41032-1" };
    const said = await bench.post("/updateInventory", {
      inventoryList: [
        { ...flask, inventory: "5", facilityCode: "OKR-BLR-01" },
        { ...flask, inventory: "7", facilityCode: "OKR-DEL-02" },
        { ...flask, inventory: "9", facilityCode: "OKR-XXX-09" },
      ],
    });
    expect(said.body).toEqual({
      status: "PARTIAL_SUCCESS",
      failedProductList: [{ ...flask, message: "no warehouse OKR-XXX-09 is known here" }],
    });
    const stock = member(member(bench.sim.state().stock, "41032"), "variants");
    expect(stock["41032-1"]).toMatchObject({ quantity: 12, facilities: { "OKR-BLR-01": 5, "OKR-DEL-02": 7 } });
  });
});

describe("an order of Oker's", () => {
  it("may be cancelled by both sides until it is invoiced, and by neither after", async () => {
    const early = await bench.place({ items: [FLASK] });
    expect((await bench.post("/orders/cancel", cancelBody(early.id))).body).toMatchObject({ status: "SUCCESS" });
    const other = await bench.place({ items: [FLASK] });
    expect((await bench.act(other.id, "cancel")).body).toMatchObject({ orderStatus: "CANCELLED" });

    const { id } = await bench.place({ items: [FLASK] });
    await bench.get(`/invoiceDetails?orderId=${id}`);
    expect(await bench.act(id, "cancel")).toMatchObject({ status: 409, body: { message: TOO_LATE } });
    expect((await bench.post("/orders/cancel", cancelBody(id))).body).toEqual({
      status: "FAILED",
      orderItems: [{ orderItemId: `${id}-1`, errorMessage: TOO_LATE }],
    });
    expect(bench.order(id).orderStatus).toBe("CREATED");
  });

  it("is cancelled late all the same when a test wants the marketplace to break its rule", async () => {
    const { id } = await bench.place({ items: [FLASK] });
    await bench.get(`/invoiceDetails?orderId=${id}`);
    expect((await bench.act(id, "cancel", { late: true })).body).toMatchObject({ orderStatus: "CANCELLED" });
    const told = await bench.get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`);
    expect(list(told.body.orders)).toMatchObject([{ orderStatus: "CANCELLED" }]);
  });

  it("has no invoice once it is cancelled", async () => {
    const { id } = await bench.place({ items: [FLASK] });
    await bench.act(id, "cancel");
    const said = await bench.get(`/invoiceDetails?orderId=${id}`);
    expect(said).toMatchObject({ status: 400, body: { errors: [{ message: "order is cancelled" }] } });
  });

  it("gets invoice and courier in the marketplace's own time, and a label no sooner than a courier", async () => {
    await bench.settings({ invoiceDelayMs: 60_000, courierDelayMs: 120_000 });
    const { id, lines } = await bench.place({ items: [FLASK], pincode: "560034" });
    expect((await bench.get(`/invoiceDetails?orderId=${id}`)).status).toBe(404);
    bench.now = bench.now.add({ minutes: 1 });
    const invoice = await bench.get(`/invoiceDetails?orderId=${id}`);
    expect(operation("marketplace", "getInvoiceDetails").response(200, invoice.body)).toMatchObject({ ok: true });
    expect(String(invoice.body.code).length).toBeLessThanOrEqual(16);
    const courier = () => bench.get(`/courierDetails?orderItemIds=${lines}`);
    expect((await courier()).body).toMatchObject({ status: "COURIER_NOT_ASSIGNED", awbNo: "" });
    expect((await bench.get(`/orders/labels?orderItemIds=${lines}`)).status).toBe(404);
    bench.now = bench.now.add({ minutes: 2 });
    const { awbNo, courierName } = (await courier()).body;
    const pdf = pdfIn((await bench.get(`/orders/labels?orderItemIds=${lines}`)).raw);
    const pages = await readPages(pdf);
    expect(pages).toHaveLength(1);
    for (const words of ["Oker", courierName, `AWB ${awbNo}`, `Invoice ${invoice.body.code}`, "560034", FLASK.sku])
      expect(pages[0]?.text).toContain(words);
    expect(await codesIn(await pictureOfPage(pdf, 1, 3))).toEqual([
      { format: "Code128", text: awbNo },
      { format: "Code128", text: id },
    ]);
  });

  it("is DISPATCHED when it is told so, with the courier's number, then delivered or returned", async () => {
    const { id, lines } = await bench.place({ items: [FLASK] });
    await bench.get(`/invoiceDetails?orderId=${id}`);
    const { awbNo } = (await bench.get(`/courierDetails?orderItemIds=${lines}`)).body;
    await bench.post("/orders/dispatch", { orderItems: [{ orderItemId: lines, quantity: 2 }] });
    expect(bench.order(id)).toMatchObject({ orderStatus: "COMPLETE", shipments: [{ trackingNumber: awbNo }] });
    const status = async () =>
      list(list((await bench.get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`)).body.orders)[0]?.orderItems)[0];
    expect(await status()).toMatchObject({ status: "DISPATCHED" });
    await bench.act(id, "deliver");
    expect(await status()).toMatchObject({ status: "DELIVERED" });
    await bench.act(id, "return", { reason: "Lid leaks" });
    expect(await status()).toMatchObject({ status: "RETURN_REQUESTED", returnReason: "Lid leaks" });
    await bench.act(id, "rto");
    expect(await status()).toMatchObject({ status: "COURIER_RETURN" });
  });

  it("comes back line by line, with reason, number, courier and id, and as the parcel that it was", async () => {
    const { id, lines } = await bench.place({ items: [FLASK, { ...FLASK, sku: OKER_CATALOGUE[0]?.sku, quantity: 1 }] });
    const [first = "", second = ""] = lines.split(",");
    const status = async () =>
      list(list((await bench.get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`)).body.orders)[0]?.orderItems);
    await bench.act(id, "dispatch", { trackingNumber: "1490812345678", courier: "Delhivery" });
    await bench.act(id, "deliver");
    const about = { reason: "Lid leaks", trackingNumber: "R880012345", courier: "Ecom Express" };
    await bench.act(id, "return", { items: [{ orderItemId: first }], ...about });
    expect(await status()).toMatchObject([
      {
        orderItemId: first,
        status: "RETURN_REQUESTED",
        returnReason: "Lid leaks",
        returnDate: "2026-11-20T10:00:00",
        returnAWB: "R880012345",
        returnShippingProvider: "Ecom Express",
        returnId: `RT-${id}-01`,
      },
      { orderItemId: second, status: "DELIVERED" },
    ]);
    await bench.act(id, "rto", { items: [{ orderItemId: second }] });
    expect((await status())[1]).toMatchObject({
      status: "COURIER_RETURN",
      returnAWB: "1490812345678",
      returnShippingProvider: "Delhivery",
      returnId: `RTO-${id}-1490812345678`,
    });
    const remembered = JSON.parse(JSON.stringify(bench.sim.remember()));
    await bench.close();
    bench = await startPullBench(startOkerSimulator, { remembered });
    expect((await status()).map((item) => item.returnId)).toEqual([`RT-${id}-01`, `RTO-${id}-1490812345678`]);
    expect(list(bench.order(id).returns)).toHaveLength(2);
  });

  it("is remembered by a marketplace of a later version, which knows returns", async () => {
    const { id } = await bench.place({ items: [FLASK] });
    await bench.act(id, "dispatch");
    const { orders, stock } = bench.sim.remember();
    const earlier = orders.map(({ returns: _, irns: __, ...order }) => order);
    await bench.close();
    bench = await startPullBench(startOkerSimulator, { remembered: { orders: earlier, stock } });
    expect((await bench.act(id, "rto")).status).toBe(200);
    expect(list(bench.order(id).returns)).toHaveLength(1);
  });

  it("offers no manifest, pendency or acceptance, and its tokens live 48 hours", async () => {
    expect((await bench.post("/orders/fetchManifest", {})).status).toBe(404);
    expect((await bench.get("/orders/pendency?pageNumber=1&pageSize=50")).status).toBe(404);
    expect((await bench.post("/orders/acknowledge", { orderId: "1" })).status).toBe(404);
    const headers = await bench.logIn();
    const count = `${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`;
    bench.now = bench.now.add({ hours: 47 });
    expect((await call(count, { headers })).status).toBe(200);
    bench.now = bench.now.add({ hours: 1 });
    expect((await call(count, { headers })).status).toBe(401);
  });
});

describe("the page of a marketplace that is asked", () => {
  it("offers its warehouses, what takes time, and the end of a review", async () => {
    await bench.place({ items: [FLASK], underReview: true });
    const page = await (await fetch(bench.sim.url)).text();
    for (const code of OKER_WAREHOUSES) expect(page).toContain(`<option>${code}</option>`);
    for (const words of ["Until a parcel has a courier", "Release", "Drop", "It pushes nothing"])
      expect(page).toContain(words);
    expect(page).not.toContain("Push again");
    expect(page).not.toContain("credit note");
  });
});
