import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { codesIn, pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { isJson } from "../../kit/simulator/index.ts";
import { list, type PullBench, startPullBench } from "../../protocol/simulator/test-bench.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { startAjioDropshipSimulator } from "./index.ts";

let bench: PullBench;

beforeEach(async () => {
  bench = await startPullBench(startAjioDropshipSimulator);
});

afterEach(() => bench.close());

const KURTA = { sku: "AVAASA-KURTA-TEAL-M", quantity: 3, sellingPrice: 899 };
const SAREE = { sku: "KALKI-SAREE-MAROON-FS", quantity: 1, sellingPrice: 3499 };

/** An order of two lines that has left, with AJIO's invoice. */
async function leftOrder(): Promise<{ id: string; kurta: string; saree: string; invoice: Record<string, unknown> }> {
  const { id, lines } = await bench.place({ items: [KURTA, SAREE] });
  const [kurta = "", saree = ""] = lines.split(",");
  const invoice = (await bench.get(`/orders/b2bInvoice?orderId=${id}`)).body;
  await bench.get(`/courierDetails?orderItemIds=${lines}`);
  const orderItems = [
    { orderItemId: kurta, quantity: 3 },
    { orderItemId: saree, quantity: 1 },
  ];
  expect((await bench.post("/orders/dispatch", { orderItems })).body).toMatchObject({ status: "SUCCESS" });
  return { id, kurta, saree, invoice };
}

async function statusOf(id: string) {
  const [order] = list((await bench.get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`)).body.orders);
  return list(order?.orderItems);
}

/** Grades of one line: so many units of each. */
function graded(orderItemId: string, good: number, bad = 0) {
  const item = { orderItemId, productId: "460110", variantId: "460110M" };
  return [
    ...(good > 0 ? [{ ...item, inventoryType: "GOOD", quantity: good }] : []),
    ...(bad > 0 ? [{ ...item, inventoryType: "BAD", quantity: bad }] : []),
  ];
}

const tell = (id: string, items: readonly object[], more: object = {}) =>
  bench.post("/orders/returnGrades", { orderId: id, returnType: "CUSTOMER_RETURN", items, ...more });
const noteOf = (id: string, lines: string, returnId?: unknown) =>
  bench.get(
    `/orders/creditNote?orderId=${id}&orderItemIds=${lines}${returnId === undefined ? "" : `&returnId=${returnId}`}`,
  );
const returnsOf = (id: string) => list(bench.order(id).returns);

describe("what comes back to an AJIO seller", () => {
  it("is an RTO of the whole parcel under its forward number, shown in the status of each line", async () => {
    const { id } = await leftOrder();
    const [shipment] = list(bench.order(id).shipments);
    expect((await bench.act(id, "rto")).status).toBe(200);
    const shown = {
      status: "COURIER_RETURN",
      returnReason: "Customer not reachable after 3 attempts",
      returnAWB: shipment?.trackingNumber,
      returnShippingProvider: shipment?.courier,
      returnId: `RTO-${id}-${shipment?.trackingNumber}`,
    };
    expect(await statusOf(id)).toMatchObject([shown, shown]);
    expect(returnsOf(id)).toMatchObject([{ type: "COURIER_RETURN", announced: true, lines: [{}, {}] }]);
    expect((await bench.act(id, "rto")).status).toBe(200);
    expect(returnsOf(id)).toHaveLength(1);
  });

  it("is a return of single lines or units, each under a number of its own", async () => {
    const { id, kurta, saree } = await leftOrder();
    await bench.act(id, "deliver");
    const about = { reason: "Too tight", courier: "Ecom Express", trackingNumber: "R880012345" };
    await bench.act(id, "return", { items: [{ orderItemId: kurta, quantity: 1 }], ...about });
    expect(await statusOf(id)).toMatchObject([
      {
        status: "RETURN_REQUESTED",
        returnReason: "Too tight",
        returnAWB: "R880012345",
        returnShippingProvider: "Ecom Express",
        returnId: `RT-${id}-01`,
      },
      { status: "DELIVERED" },
    ]);
    await bench.act(id, "return");
    expect(returnsOf(id).map(({ returnId, lines }) => [returnId, lines])).toEqual([
      [`RT-${id}-01`, [{ orderItemId: kurta, quantity: 1 }]],
      [
        `RT-${id}-02`,
        [
          { orderItemId: kurta, quantity: 2 },
          { orderItemId: saree, quantity: 1 },
        ],
      ],
    ]);
  });
});

describe("AJIO's credit note", () => {
  it("is made when a grade of every unit is known and its delay is over, and takes back the invoice's share", async () => {
    const { id, kurta, invoice } = await leftOrder();
    await bench.settings({ creditNoteDelayMs: 600_000 });
    await bench.act(id, "return", { items: [{ orderItemId: kurta, quantity: 2 }] });
    const [back] = returnsOf(id);
    expect(await noteOf(id, kurta, back?.returnId)).toMatchObject({ status: 404 });
    await tell(id, graded(kurta, 1), { returnId: back?.returnId });
    bench.now = bench.now.add({ minutes: 11 });
    expect((await noteOf(id, kurta, back?.returnId)).status).toBe(404);
    const told = await tell(id, graded(kurta, 1, 1), { returnId: back?.returnId });
    expect(told.body).toEqual({ status: "SUCCESS", orderItems: [] });
    bench.now = bench.now.add({ minutes: 9, seconds: 59 });
    expect((await noteOf(id, kurta, back?.returnId)).status).toBe(404);
    bench.now = bench.now.add({ seconds: 1 });
    const said = await noteOf(id, kurta, back?.returnId);
    expect(operation(AJIO_CONTRACT, "getCreditNote").response(200, said.body)).toMatchObject({ ok: true });
    // 899.00 less 15 %, three times: 2183.29 before tax, of which two thirds come back.
    expect(said.body).toMatchObject({
      originalInvoiceNumber: invoice.invoiceNumber,
      returnId: back?.returnId,
      items: [{ orderItemId: kurta, quantity: 2, taxableValue: 1455.52, centralGstPercentage: 2.5 }],
    });
    expect(String(said.body.creditNoteNumber).length).toBeLessThanOrEqual(16);
    expect(String(said.body.creditNoteNumber).startsWith(String(said.body.creditNoteSeries))).toBe(true);
    bench.now = bench.now.add({ minutes: 5 });
    expect((await noteOf(id, kurta, back?.returnId)).body).toEqual(said.body);
    expect((await noteOf(id, kurta)).body).toEqual(said.body);
  });

  it("of all the parts of an order is its invoice to the paisa", async () => {
    const { id, kurta, saree, invoice } = await leftOrder();
    const totals: number[] = [];
    for (const items of [[{ orderItemId: kurta, quantity: 1 }], [{ orderItemId: kurta, quantity: 1 }], undefined]) {
      await bench.act(id, "return", items ? { items } : {});
      const returnId = returnsOf(id).at(-1)?.returnId;
      await tell(id, [...graded(kurta, 1), ...(items ? [] : graded(saree, 0, 1))], { returnId });
      totals.push(Number((await noteOf(id, kurta, returnId)).body.totalValue));
    }
    expect(totals.reduce((sum, total) => sum + Math.round(total * 100), 0)).toBe(
      Math.round(Number(invoice.totalValue) * 100),
    );
  });

  it("is a PDF whose words and code say what it takes back, there after a new start too", async () => {
    const { id, kurta, invoice } = await leftOrder();
    await bench.act(id, "return", { items: [{ orderItemId: kurta }] });
    await tell(id, graded(kurta, 3));
    const said = (await noteOf(id, kurta)).body;
    const pdf = Buffer.from(await (await fetch(String(said.documentUrl))).arrayBuffer());
    const [page, ...more] = await readPages(pdf);
    expect(more).toEqual([]);
    for (const words of [
      "Credit note (B2B)",
      `Credit Note No. ${said.creditNoteNumber}`,
      `Against Invoice No. ${invoice.invoiceNumber}`,
      KURTA.sku,
      "Credit total",
    ])
      expect(page?.text).toContain(words);
    expect(page?.text).not.toContain(SAREE.sku);
    const [code] = await codesIn(await pictureOfPage(pdf, 1, 3));
    const read: unknown = JSON.parse(code?.text ?? "");
    expect(isJson(read) ? [read.CrnNo, read.TotInvVal] : null).toEqual([
      said.creditNoteNumber,
      Number(said.totalValue).toFixed(2),
    ]);
    const remembered = JSON.parse(JSON.stringify(bench.sim.remember()));
    await bench.close();
    bench = await startPullBench(startAjioDropshipSimulator, { remembered });
    const again = (await noteOf(id, kurta)).body;
    expect({ ...again, documentUrl: null }).toEqual({ ...said, documentUrl: null });
    const file = Buffer.from(await (await fetch(String(again.documentUrl))).arrayBuffer());
    expect((await readPages(file))[0]?.text).toBe(page?.text);
  });

  it("is late, refused or no PDF on demand", async () => {
    const { id, kurta } = await leftOrder();
    await bench.act(id, "return", { items: [{ orderItemId: kurta }] });
    await tell(id, graded(kurta, 3));
    const next = (kind: string, operation = "getCreditNote") => bench.fault({ kind, operation, count: 1 });
    await bench.fault({ kind: "failed", operation: "getCreditNote", count: 1, message: "Generation in progress" });
    expect(await noteOf(id, kurta)).toMatchObject({ status: 404, body: { message: "Generation in progress" } });
    await next("401");
    expect((await noteOf(id, kurta)).status).toBe(401);
    await next("half_answer");
    await expect(noteOf(id, kurta)).rejects.toThrow();
    const { documentUrl } = (await noteOf(id, kurta)).body;
    await next("bad_file", "downloadFile");
    expect((await fetch(String(documentUrl))).headers.get("content-type")).toBe("text/html");
    expect(returnsOf(id).map(({ creditNote }) => creditNote)).toHaveLength(1);
  });
});

describe("the page", () => {
  it("has what comes back, line by line, with grades and credit note", async () => {
    const { id, kurta } = await leftOrder();
    const page = async () => (await fetch(bench.sim.url)).text();
    expect(await page()).toContain("Nothing comes back yet.");
    const alone = JSON.stringify({ push: false, items: [{ orderItemId: kurta }] }).replaceAll('"', "&quot;");
    expect(await page()).toContain(`data-act="/_sim/orders/${id}/return" data-body="${alone}"`);
    await bench.act(id, "return", { items: [{ orderItemId: kurta }] });
    expect(await page()).toContain("0 of 3 graded");
    await tell(id, graded(kurta, 3));
    const { creditNoteNumber } = (await noteOf(id, kurta)).body;
    for (const words of [`RT-${id}-01`, "Did not fit", `>${creditNoteNumber}</a>`, "Until a graded return"])
      expect(await page()).toContain(words);
  });
});

describe("grades", () => {
  it("of more than came back, of a stranger's line or of what never left are not taken", async () => {
    const { id, kurta, saree } = await leftOrder();
    await bench.act(id, "return", { items: [{ orderItemId: kurta, quantity: 1 }] });
    const { returnId } = returnsOf(id)[0] ?? {};
    const told = await tell(id, [...graded(kurta, 1), ...graded(saree, 1), ...graded("nobodys", 1)], { returnId });
    expect(told.body).toEqual({
      status: "PARTIAL_SUCCESS",
      orderItems: [
        { orderItemId: saree, errorMessage: "only 0 in this return, not 1" },
        { orderItemId: "nobodys", errorMessage: "order Item Id not available" },
      ],
    });
    expect(await tell(id, graded(kurta, 1), { returnId: "RT-9" })).toMatchObject({ status: 400 });
    const { id: waiting, lines } = await bench.place({ items: [KURTA] });
    expect((await tell(waiting, graded(lines, 3))).body).toMatchObject({
      status: "FAILED",
      orderItems: [{ errorMessage: "item was never dispatched" }],
    });
  });

  it("told before AJIO knew of the return begin it, and are shown in the status", async () => {
    const { id, kurta, saree } = await leftOrder();
    const rto = { returnType: "COURIER_RETURN" };
    expect((await tell(id, graded(kurta, 2), rto)).body).toMatchObject({ status: "SUCCESS" });
    expect((await statusOf(id)).map(({ status }) => status)).toEqual(["COURIER_RETURN", "DISPATCHED"]);
    await tell(id, [...graded(kurta, 2, 1), ...graded(saree, 1)], rto);
    expect((await statusOf(id)).map(({ status }) => status)).toEqual(["COURIER_RETURN", "COURIER_RETURN"]);
    expect(returnsOf(id)).toMatchObject([{ announced: false, lines: [{ quantity: 3 }, { quantity: 1 }] }]);
    const note = (await noteOf(id, `${kurta},${saree}`)).body;
    expect(list(note.items).map(({ quantity }) => quantity)).toEqual([3, 1]);
  });

  it("stay as they are once the credit note is made", async () => {
    const { id, kurta } = await leftOrder();
    await bench.act(id, "return", { items: [{ orderItemId: kurta }] });
    await tell(id, graded(kurta, 3));
    await noteOf(id, kurta);
    expect((await tell(id, graded(kurta, 3))).body).toMatchObject({ status: "SUCCESS" });
    expect((await tell(id, graded(kurta, 2, 1))).body).toMatchObject({
      status: "FAILED",
      orderItems: [{ errorMessage: expect.stringContaining("is made already, of other grades") }],
    });
    const written = list((await bench.log()).writes).map(({ kind }) => kind);
    expect(written.filter((kind) => ["return", "grade", "creditNote"].includes(String(kind)))).toEqual([
      "return",
      "grade",
      "creditNote",
      "grade",
      "grade",
    ]);
  });
});
