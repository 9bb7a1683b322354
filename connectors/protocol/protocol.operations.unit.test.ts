/** Of each operation: request built, request sent, reply parsed, failure parsed; then what is special to some. */
import { describe, expect, it } from "vitest";
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";
import type { Call, Connector, OperationName, Outcome, OutRequest } from "../kit/index.ts";
import { protocolConnector } from "./index.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const RATES = { gstBps: 500, cgstBps: 250, sgstBps: 250, utgstBps: 0, igstBps: 0, cessBps: 0 };
const LINE = { channelOrderItemId: "L1", productId: "1", variantId: "a", quantity: 2 };
const PARCEL = { channelOrderId: "O", packageCode: "P1", lines: [LINE, { ...LINE, channelOrderItemId: "L2" }] };
const SHIPMENT = {
  channelOrderId: "O",
  invoiceNumber: "WH-1",
  invoicedOn: Temporal.PlainDate.from("2026-11-20"),
  lengthMm: 300,
  widthMm: 220,
  heightMm: 60,
  weightGrams: 640,
  lines: [{ channelOrderItemId: "L1", quantity: 2, rates: RATES }],
};
const WISH = { from: NOW.subtract({ hours: 24 * 15 }), to: NOW, page: 2 };
const WINDOW = { orderDateFrom: "2026-11-05T10:00:00+05:30", orderDateTo: "2026-11-20T10:00:00+05:30" };
const INVOICE = {
  code: "BZR-1",
  invoiceDate: "2026-11-20T11:40:00",
  productTaxes: [
    {
      productId: "1",
      variantId: "a",
      taxPercentage: 5,
      centralGstPercentage: 2.5,
      stateGstPercentage: 2.5,
      unionTerritoryGstPercentage: 0,
      integratedGstPercentage: 0,
      compensationCessPercentage: 1,
    },
  ],
};
const COURIER = { awbNo: "149", status: "AVAILABLE", courierCode: "DELH", courierName: "Delhivery" };

const everything: Connector = protocolConnector(
  {
    id: "PROTOCOL",
    label: "Protocol",
    category: "Marketplaces",
    state: "live",
    about: "All of the protocol, for tests.",
    tile: { monogram: "P", color: "#000000" },
    fields: [],
    settings: [],
    rules: {
      ordersArrive: "pull",
      zone: "Asia/Kolkata",
      lineAmounts: "PER_UNIT",
      thirdPartyShipping: { default: true, allowed: [true, false] },
      invoiceBy: "channel",
      labelBy: "channel",
      manifestBy: "channel",
      split: true,
      multiBox: true,
      sellerCancel: "dispatched",
      channelCancel: "dispatched",
      channelCancelRule: "Until dispatch.",
      reports: [],
      notifyOnDispatchDefault: true,
      creditNoteBy: "us",
      sendsReturns: ["RTO", "CIR"],
    },
    limits: { requestsPerSecond: 1, burst: 1, interactiveShare: 0.5, timeoutMs: 1, answerBytesMax: 1 },
  },
  {
    tokenForm: "EITHER",
    capabilities: {
      verify: true,
      pullOrders: { statuses: ["CREATED"], windowDays: 15 },
      pullPendency: { windowDays: 15 },
      acknowledge: true,
      fetchInvoice: { pdf: false },
      giveShipment: true,
      fetchCourier: true,
      fetchLabel: { holds: "label" },
      fetchManifest: { parcelsMax: 100 },
      downloadFile: true,
    },
  },
);

function op<K extends OperationName>(name: K): NonNullable<Connector["operations"][K]> {
  const found = everything.operations[name];
  if (found === undefined) throw new Error(`the protocol has ${name}`);
  return found;
}
const aCall = (answers: Readonly<Record<string, readonly GivenAnswer[]>>) => callByHand(NOW, answers);

interface Case {
  readonly name: string;
  readonly wire: string;
  readonly run: (call: Call) => Promise<Outcome<unknown>>;
  readonly built: Partial<OutRequest>;
  readonly reply: unknown;
  readonly parsed: unknown;
}

const CASES: Case[] = [
  {
    name: "pullOrders",
    wire: "getOrders",
    run: (call) => op("pullOrders")(call, { ...WISH, status: "CREATED" }),
    built: {
      method: "GET",
      path: "/orders",
      query: { ...WINDOW, orderStatus: "CREATED", pageSize: "50", pageNumber: "2" },
    },
    reply: { orders: [{ id: "O9" }] },
    parsed: { orders: [{ channelOrderId: "O9", reported: null }], rejected: [], last: true },
  },
  {
    name: "pullPendency",
    wire: "getOnHoldOrders",
    run: (call) => op("pullPendency")(call, WISH),
    built: { method: "GET", path: "/orders/pendency", query: { ...WINDOW, pageSize: "50", pageNumber: "2" } },
    reply: { pendencies: [{ orderId: "O", orderStatus: "PENDING_VERIFICATION", orderItems: [] }], hasMore: false },
    parsed: { orders: [{ channelOrderId: "O", lines: [] }], last: true },
  },
  {
    name: "acknowledge",
    wire: "acknowledgeOrder",
    run: (call) => op("acknowledge")(call, "O"),
    built: { method: "POST", path: "/orders/acknowledge", body: { orderId: "O" } },
    reply: { status: "FAILED", message: "too late" },
    parsed: { status: "FAILED", results: [{ key: "O", accepted: false, message: "too late" }], message: "too late" },
  },
  {
    name: "fetchInvoice",
    wire: "getInvoiceDetails",
    run: (call) => op("fetchInvoice")(call, PARCEL),
    built: { method: "GET", path: "/invoiceDetails", query: { orderId: "O" } },
    reply: INVOICE,
    parsed: {
      state: "READY",
      value: {
        number: "BZR-1",
        issuedAt: Temporal.Instant.from("2026-11-20T06:10:00Z"),
        lines: [{ productId: "1", variantId: "a", rates: { ...RATES, cessBps: 100 }, taxable: null }],
        buyer: null,
        pdf: null,
      },
    },
  },
  {
    name: "giveShipment",
    wire: "postShipmentDetails",
    run: (call) => op("giveShipment")(call, SHIPMENT),
    built: {
      method: "POST",
      path: "/orders/labels",
      body: {
        boxLength: 300,
        boxWidth: 220,
        boxHeight: 60,
        weight: 640,
        orderItems: Array.from({ length: 2 }, () => ({
          orderItemId: "L1",
          invoiceNumber: "WH-1",
          invoiceDate: "2026-11-20",
          taxRate: 5,
          centralGstPercentage: 2.5,
          stateGstPercentage: 2.5,
          unionTerritoryGstPercentage: 0,
          integratedGstPercentage: 0,
          compensationCessPercentage: 0,
        })),
      },
    },
    reply: { status: "FAILED", orderItems: [{ orderItemId: "L1", errorMessage: "no such item" }] },
    parsed: { status: "FAILED", results: [{ key: "L1", accepted: false, message: "no such item" }] },
  },
  {
    name: "fetchCourier",
    wire: "getCourierDetails",
    run: (call) => op("fetchCourier")(call, PARCEL),
    built: { method: "GET", path: "/courierDetails", query: { orderItemIds: "L1,L2" } },
    reply: { ...COURIER, additionalInfo: "BLR/07" },
    parsed: { state: "READY", value: { code: "DELH", name: "Delhivery", awb: "149", sortCode: "BLR/07" } },
  },
  {
    name: "fetchLabel",
    wire: "getLabels",
    run: (call) => op("fetchLabel")(call, PARCEL),
    built: { method: "GET", path: "/orders/labels", query: { orderItemIds: "L1,L2" } },
    reply: Buffer.from("%PDF-1.7").toString("base64"),
    parsed: { state: "READY", value: Buffer.from("%PDF-1.7") },
  },
  {
    name: "fetchManifest",
    wire: "fetchManifest",
    run: (call) => op("fetchManifest")(call, { courierCode: "DELH", lines: [LINE] }),
    built: {
      method: "POST",
      path: "/orders/fetchManifest",
      body: {
        courierCode: "DELH",
        manifestItems: [{ orderItemId: "L1", status: "PROCESSING", productId: "1", variantId: "a", quantity: 2 }],
      },
    },
    reply: { status: "SUCCESS", manifestUrl: "https://own.example.in/m.pdf", orderItems: [] },
    parsed: { made: true, url: "https://own.example.in/m.pdf", refused: [], message: null },
  },
];

describe.each(CASES)("$name", ({ wire, run, built, reply, parsed }) => {
  it("builds the request of the contract", async () => {
    const { call, sent } = aCall({ [wire]: [{ body: reply }] });
    await run(call);
    expect(sent.at(-1)).toMatchObject({ operation: wire, idempotent: true, ...built });
  });
  it("sends it with the bare token, renewed once when it is refused", async () => {
    const refusal = { status: 401, body: { reason: "authToken expired/Invalid authToken" } };
    const { call, sent } = aCall({ [wire]: [refusal, { body: reply }, refusal, refusal] });
    expect((await run(call)).ok).toBe(true);
    expect(sent.map((out) => out.operation)).toEqual(["getAuthentication", wire, "getAuthentication", wire]);
    expect([sent[1], sent[3]].map((out) => out?.headers)).toEqual([{ apiKey: "token-1" }, { apiKey: "token-3" }]);
    expect(await run(call)).toMatchObject({ ok: false, failure: { kind: "auth", status: 401 } });
  });
  it("reads the reply", async () => {
    const { call } = aCall({ [wire]: [{ body: reply }] });
    expect(await run(call)).toMatchObject({ ok: true, value: parsed });
  });
  it("reads the failure, in the channel's own words, and what is not the contract's", async () => {
    const errors = [{ code: "INVALID_FORMAT", message: "pageSize must be 50" }];
    const { call } = aCall({ [wire]: [{ status: 400, body: { errors } }] });
    expect(await run(call)).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelCode: "INVALID_FORMAT", channelMessage: "pageSize must be 50" },
    });
    const strange = aCall({ [wire]: [{ body: { data: reply } }] });
    expect(await run(strange.call)).toMatchObject({ ok: false, failure: { kind: "bad_answer", reached: "yes" } });
  });
});

describe("pages", () => {
  const orders = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `O${i}` }));
  const pull = (body: unknown) =>
    op("pullOrders")(aCall({ getOrders: [{ body }] }).call, { ...WISH, status: "PENDING_VERIFICATION" });
  it("of 50 orders are followed by another, of fewer not, of more are no answer", async () => {
    expect(await pull({ orders: orders(50) })).toMatchObject({ ok: true, value: { last: false } });
    expect(await pull({ orders: orders(49) })).toMatchObject({ ok: true, value: { last: true } });
    expect(await pull({ orders: orders(51) })).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  const review = (body: unknown) => op("pullPendency")(aCall({ getOnHoldOrders: [{ body }] }).call, WISH);
  const one = [{ orderId: "O", orderStatus: "PENDING_VERIFICATION", orderItems: [] }];
  it("of orders under review end by hasMore, which left out means yes", async () => {
    expect(await review({ pendencies: one, hasMore: true })).toMatchObject({ value: { last: false } });
    expect(await review({ pendencies: one })).toMatchObject({ value: { last: false } });
    expect(await review({ pendencies: [] })).toMatchObject({ value: { last: true } });
    expect(await review({ pendencies: [], hasMore: false })).toMatchObject({ value: { last: true } });
  });
});

describe("what is not there yet", () => {
  const invoice = (answer: GivenAnswer) => op("fetchInvoice")(aCall({ getInvoiceDetails: [answer] }).call, PARCEL);
  const label = (answer: GivenAnswer) => op("fetchLabel")(aCall({ getLabels: [answer] }).call, PARCEL);
  it.each<[string, GivenAnswer]>([
    ["404", { status: 404, body: { message: "not made" } }],
    ["202", { status: 202, body: {} }],
    ["an empty number", { body: { code: "", invoiceDate: "", productTaxes: [] } }],
    ["null beside null", { body: { code: null, invoiceDate: null, productTaxes: null } }],
  ])("an invoice answered with %s", async (_, answer) =>
    expect(await invoice(answer)).toMatchObject({ ok: true, value: { state: "NOT_YET" } }),
  );
  it("a label answered with 404 says why", async () =>
    expect(await label({ status: 404, body: { message: "Label not available" } })).toEqual({
      ok: true,
      value: { state: "NOT_YET", message: "Label not available" },
    }));
  it.each<[string, Record<string, unknown>]>([
    ["not assigned", { status: "COURIER_NOT_ASSIGNED" }],
    ["without number", { awbNo: "" }],
    ["without courier", { courierCode: "", courierName: "NULL" }],
  ])("a courier %s", async (_, over) => {
    const { call } = aCall({ getCourierDetails: [{ body: { ...COURIER, ...over } }] });
    expect(await op("fetchCourier")(call, PARCEL)).toMatchObject({ ok: true, value: { state: "NOT_YET" } });
  });
  it("a courier that the seller must bring is said so, a word that nobody knows is no answer", async () => {
    const answers = [{ body: { ...COURIER, status: "SELLER_SHIPPING" } }, { body: { ...COURIER, status: "LOST" } }];
    const { call } = aCall({ getCourierDetails: answers });
    expect(await op("fetchCourier")(call, PARCEL)).toEqual({ ok: true, value: { state: "SELLER_SHIPS" } });
    expect(await op("fetchCourier")(call, PARCEL)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  it.each<[string, GivenAnswer]>([
    ["a data URL", { body: "data:application/pdf;base64,JVBERi0xLjc=" }],
    ["not base64", { body: "JVBERi0*" }],
    ["empty", { body: "" }],
    ["bytes of a PDF", { bytes: Buffer.from("%PDF-1.7") }],
    ["a list", { body: ["JVBERi0xLjc="] }],
    ["base64 of a web page", { body: Buffer.from("<html>sign in</html>").toString("base64") }],
  ])("a label that is %s is no answer", async (_, answer) =>
    expect(await label(answer)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } }),
  );
  it("an encoder that breaks lines is understood", async () =>
    expect(await label({ body: "JVBE\r\nRi0xLjc=\r\n" })).toMatchObject({ value: { value: Buffer.from("%PDF-1.7") } }));
});

describe("an invoice's rates", () => {
  const [tax] = INVOICE.productTaxes;
  const rates = async (over: Record<string, unknown>, top: Record<string, unknown> = {}) => {
    const body = { ...INVOICE, ...top, productTaxes: [{ ...tax, ...over }] };
    return op("fetchInvoice")(aCall({ getInvoiceDetails: [{ body }] }).call, PARCEL);
  };
  it("without the plain one are summed by one side", async () => {
    const sided = { taxPercentage: 0, integratedGstPercentage: 5 };
    expect(await rates(sided)).toMatchObject({
      value: { value: { lines: [{ rates: { gstBps: 500, igstBps: 500 } }] } },
    });
  });
  it.each([{ taxPercentage: 5.001 }, { integratedGstPercentage: -1 }, { taxPercentage: 101 }])(
    "%j are none",
    async (over) => expect(await rates(over)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } }),
  );
  it("come with a day alone, or with a date that is none", async () => {
    const day = await rates({}, { invoiceDate: "2026-11-20" });
    expect(day).toMatchObject({ value: { value: { issuedAt: Temporal.Instant.from("2026-11-19T18:30:00Z") } } });
    expect(await rates({}, { invoiceDate: "soon" })).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
});

describe("a manifest", () => {
  const ask = (body: unknown) =>
    op("fetchManifest")(aCall({ fetchManifest: [{ body }] }).call, { courierCode: "D", lines: [LINE] });
  const stops = [{ orderItemId: "L1", errorMessage: "item cancelled by customer" }];
  it.each(["FAILED", "PARTIAL_SUCCESS", "SUCCESS"])("%s that names a line is not made", async (status) =>
    expect(await ask({ status, manifestUrl: "https://x.example/m.pdf", orderItems: stops })).toMatchObject({
      value: { made: false, url: null, refused: [{ key: "L1", message: "item cancelled by customer" }] },
    }),
  );
  it("refused without a line, or for another's, says so in words", async () => {
    expect(await ask({ status: "FAILED", manifestUrl: "" })).toMatchObject({
      value: { made: false, refused: [], message: "The channel answered FAILED and named no item." },
    });
    const other = [{ orderItemId: "L9", errorMessage: "unknown" }];
    expect(await ask({ status: "FAILED", orderItems: other })).toMatchObject({
      value: { refused: [], message: "L9: unknown" },
    });
  });
  it("without an address is made all the same", async () =>
    expect(await ask({ status: "SUCCESS", manifestUrl: "" })).toMatchObject({ value: { made: true, url: null } }));
});

describe("a file", () => {
  const own = "https://own.example.in/files/m.pdf?v=1";
  const foreign = "https://files.example.com/m.pdf";
  const pdf = { bytes: Buffer.from("%PDF-1.7") };
  const get = (answers: readonly GivenAnswer[], address: string) => {
    const hand = aCall({ downloadFile: answers });
    return { ...hand, got: op("downloadFile")(hand.call, address) };
  };
  it("at the source's own origin is fetched with the token, which is renewed once", async () => {
    const { got, sent } = get([{ status: 401, body: {} }, pdf], own);
    expect(await got).toEqual({ ok: true, value: { state: "READY", value: pdf.bytes } });
    expect(sent.map((out) => out.headers?.apiKey)).toEqual([undefined, "token-1", undefined, "token-3"]);
    expect(sent.at(-1)).toMatchObject({ method: "GET", path: own, expects: "file", idempotent: true });
  });
  it("elsewhere is fetched without it, and a refusal there is no word about our credentials", async () => {
    const { got, sent } = get([pdf], foreign);
    expect((await got).ok).toBe(true);
    expect(sent.map((out) => out.headers)).toEqual([{}]);
    const expired = get([{ status: 403, body: {} }], foreign);
    expect(await expired.got).toMatchObject({ ok: false, failure: { kind: "refused", status: 403 } });
  });
  it("may not be there yet, be empty, or have no address", async () => {
    expect(await get([{ status: 404, body: {} }], foreign).got).toMatchObject({ value: { state: "NOT_YET" } });
    expect(await get([{ bytes: Buffer.alloc(0) }], foreign).got).toMatchObject({ failure: { kind: "bad_answer" } });
    const nowhere = get([], "files/m.pdf");
    expect(await nowhere.got).toMatchObject({ failure: { kind: "bad_answer", reached: "no" } });
    expect(nowhere.sent).toEqual([]);
  });
});

describe("the form of the token", () => {
  it.each([404, 405])("is POST where GET is answered %s, and stays so", async (status) => {
    const token = (accessToken: string) => ({ body: { status: "SUCCESS", accessToken } });
    const refusal = { status: 401, body: {} };
    const { call, sent } = aCall({
      getAuthentication: [{ status, body: {} }],
      postAuthentication: [token("t1"), token("t2")],
      acknowledgeOrder: [refusal, { body: { status: "SUCCESS" } }],
    });
    expect((await op("acknowledge")(call, "O")).ok).toBe(true);
    expect(sent.map((out) => out.operation)).toEqual([
      "getAuthentication",
      "postAuthentication",
      "acknowledgeOrder",
      "postAuthentication",
      "acknowledgeOrder",
    ]);
  });
  it("stays GET where GET refuses the password", async () => {
    const { call, sent } = aCall({ getAuthentication: [{ body: { status: "FAILED" } }] });
    expect(await op("acknowledge")(call, "O")).toMatchObject({ ok: false, failure: { kind: "auth" } });
    expect(sent).toHaveLength(1);
  });
});
