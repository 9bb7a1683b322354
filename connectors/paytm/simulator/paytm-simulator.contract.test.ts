import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codesIn, pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { list, type PullBench, pdfIn, startPullBench } from "../../protocol/simulator/test-bench.ts";
import { PAYTM_CATALOGUE, startPaytmSimulator } from "./index.ts";

let bench: PullBench;

beforeEach(async () => {
  bench = await startPullBench(startPaytmSimulator);
});

afterEach(() => bench.close());

const BANK = { sku: "PM-POWERBANK-10K", quantity: 2 };

describe("an order of Paytm's", () => {
  it("waits until it is acknowledged, and has no invoice before", async () => {
    const { id } = await bench.place({ items: [BANK], orderStatus: "PENDING_VERIFICATION" });
    const asked = async (status: string) =>
      list((await bench.get(`/orders?orderStatus=${status}&pageSize=50&pageNumber=1`)).body.orders).map((o) => o.id);
    expect([await asked("PENDING_VERIFICATION"), await asked("CREATED")]).toEqual([[id], []]);
    expect(await bench.get(`/invoiceDetails?orderId=${id}`)).toMatchObject({
      status: 400,
      body: { errors: [{ message: "order is not accepted yet" }] },
    });
    expect((await bench.post("/orders/acknowledge", { orderId: id })).body).toEqual({ status: "SUCCESS" });
    expect([await asked("PENDING_VERIFICATION"), await asked("CREATED")]).toEqual([[], [id]]);
    expect((await bench.get(`/invoiceDetails?orderId=${id}`)).status).toBe(200);
  });

  it("has one invoice, in the seller's name, and it lies behind the label", async () => {
    const { id, lines } = await bench.place({ items: [BANK], pincode: "560034" });
    const invoice = await bench.get(`/invoiceDetails?orderId=${id}`);
    const { awbNo } = (await bench.get(`/courierDetails?orderItemIds=${lines}`)).body;
    const pdf = pdfIn((await bench.get(`/orders/labels?orderItemIds=${lines}`)).raw);
    const pages = await readPages(pdf);
    expect(pages).toHaveLength(2);
    for (const words of ["Paytm", `AWB ${awbNo}`, `Invoice ${invoice.body.code}`])
      expect(pages[0]?.text).toContain(words);
    for (const words of ["Tax invoice", `Invoice No. ${invoice.body.code}`, BANK.sku])
      expect(pages[1]?.text).toContain(words);
    expect(pages[1]?.text).not.toContain("Marketplace (simulated)");
    expect((await codesIn(await pictureOfPage(pdf, 1, 3))).map((code) => code.text)).toEqual([awbNo, id]);
    expect(list(bench.order(id).invoices)).toMatchObject([{ kind: "INVOICE", number: invoice.body.code }]);
  });

  it("of a seller with a courier of his own has Paytm's invoice and the seller's tracking number", async () => {
    const { id, lines } = await bench.place({ items: [BANK], thirdPartyShipping: false });
    const invoice = await bench.get(`/invoiceDetails?orderId=${id}`);
    expect(invoice.body.code).toMatch(/^PTM/);
    expect((await bench.get(`/courierDetails?orderItemIds=${lines}`)).body).toMatchObject({
      status: "SELLER_SHIPPING",
    });
    const selfShipping = {
      deliveryPartner: "LOCAL",
      deliveryCourier: "Mohalla Couriers",
      trackingUrl: "https://track.example.in/1",
      trackingId: "MC-77",
      dispatchDate: "2026-11-20T11:00:00",
      tentativeDeliveryDate: "2026-11-22T11:00:00",
      invoiceNumber: String(invoice.body.code),
      invoiceDate: "2026-11-20",
    };
    await bench.post("/orders/dispatch", { orderItems: [{ orderItemId: lines, quantity: 2 }], selfShipping });
    expect(bench.order(id)).toMatchObject({
      orderStatus: "COMPLETE",
      shipments: [{ trackingNumber: "MC-77", courier: "Mohalla Couriers" }],
    });
  });

  it("goes on Paytm's own list when it leaves", async () => {
    const { id, lines } = await bench.place({ items: [BANK] });
    await bench.get(`/invoiceDetails?orderId=${id}`);
    const { courierCode } = (await bench.get(`/courierDetails?orderItemIds=${lines}`)).body;
    const [item] = list(bench.order(id).items);
    const { body } = await bench.post("/orders/fetchManifest", {
      courierCode,
      manifestItems: [
        {
          orderItemId: lines,
          status: "PROCESSING",
          productId: item?.productId,
          variantId: item?.variantId,
          quantity: 2,
        },
      ],
    });
    expect(body).toMatchObject({ status: "SUCCESS", manifestUrl: expect.stringContaining(bench.sim.url) });
    const file = await fetch(String(body.manifestUrl), { headers: await bench.logIn() });
    const [page] = await readPages(Buffer.from(await file.arrayBuffer()));
    expect(page?.text).toContain(id);
  });
});

describe("Paytm's goods and stock", () => {
  it("each is listed once, and stock is kept for each warehouse", async () => {
    expect(new Set(PAYTM_CATALOGUE.map((one) => one.sku)).size).toBe(PAYTM_CATALOGUE.length);
    const bank = { productId: "61002", variantId: "61002-STD" };
    const told = await bench.post("/updateInventory", {
      inventoryList: [
        { ...bank, inventory: "5", facilityCode: "NOIDA" },
        { ...bank, inventory: "7", facilityCode: "BLR" },
      ],
    });
    expect(told.body).toMatchObject({ status: "SUCCESS" });
    expect(JSON.stringify(bench.sim.state().stock)).toContain('"facilities":{"NOIDA":5,"BLR":7}');
  });

  it("no review and no notification of states is offered", async () => {
    const { id } = await bench.place({ items: [BANK] });
    expect((await bench.get("/orders/pendency?pageNumber=1&pageSize=50")).status).toBe(404);
    expect((await bench.post(`/orders/${id}/notifications`, {})).status).toBe(404);
  });
});
