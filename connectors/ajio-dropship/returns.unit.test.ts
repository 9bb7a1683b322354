import { describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";
import type { GradeFacts, IrnFacts, ReturnFacts } from "../kit/index.ts";
import { ajioDropship } from "./index.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const { reportGrade, fetchCreditNote, giveIrn } = ajioDropship.operations;
assert(reportGrade && fetchCreditNote && giveIrn, "AJIO takes grades and IRNs, and gives credit notes");

const SIGNED_IN = { body: { status: "SUCCESS", accessToken: "t1" } };
const LINE = { channelOrderItemId: "L1", productId: "460110", variantId: "460110M" };
const OTHER = { channelOrderItemId: "L2", productId: "460210", variantId: "460210S" };
const RETURN: ReturnFacts = {
  channelOrderId: "AJ 1",
  packageCode: "P1",
  kind: "CIR",
  channelReturnId: "RT-1",
  lines: [
    { ...LINE, quantity: 3 },
    { ...OTHER, quantity: 1 },
  ],
};
const GRADES: GradeFacts = {
  ...RETURN,
  lines: [
    { ...LINE, quantity: 1, grade: "good" },
    { ...LINE, quantity: 1, grade: "good" },
    { ...LINE, quantity: 1, grade: "bad" },
    { ...OTHER, quantity: 1, grade: "qc_rejected" },
  ],
};

describe("telling AJIO the grades of a return", () => {
  const told = async (answers: readonly GivenAnswer[], facts = GRADES) => {
    const { call, sent } = callByHand(NOW, { postAuthentication: [SIGNED_IN], postReturnGrades: answers });
    return { sent, outcome: await reportGrade(call, facts) };
  };

  it("names each line once for each grade, in AJIO's words", async () => {
    const { sent } = await told([{ body: { status: "SUCCESS" } }]);
    expect(sent[1]).toMatchObject({
      operation: "postReturnGrades",
      method: "POST",
      path: "/orders/returnGrades",
      headers: { apiKey: "t1" },
      idempotent: true,
      body: {
        orderId: "AJ 1",
        returnId: "RT-1",
        returnType: "CUSTOMER_RETURN",
        items: [
          { orderItemId: "L1", productId: "460110", variantId: "460110M", inventoryType: "GOOD", quantity: 2 },
          { orderItemId: "L1", productId: "460110", variantId: "460110M", inventoryType: "BAD", quantity: 1 },
          {
            ...{ orderItemId: "L2", productId: "460210", variantId: "460210S" },
            ...{ inventoryType: "BAD", quantity: 1, remarks: "QC rejected" },
          },
        ],
      },
    });
  });

  it("says nothing of an id that AJIO never gave", async () => {
    const { sent } = await told([{ body: { status: "SUCCESS" } }], { ...GRADES, kind: "RTO", channelReturnId: null });
    expect(sent[1]?.body).toMatchObject({ returnType: "COURIER_RETURN" });
    expect(sent[1]?.body).not.toHaveProperty("returnId");
  });

  it("has one result for each line", async () => {
    expect((await told([{ body: { status: "SUCCESS" } }])).outcome).toEqual({
      ok: true,
      value: {
        status: "SUCCESS",
        results: [
          { key: "L1", accepted: true, message: null },
          { key: "L2", accepted: true, message: null },
        ],
        message: null,
      },
    });
    const failure = { orderItemId: "L2", errorMessage: "only 0 in this return, not 1" };
    const part = await told([{ body: { status: "PARTIAL_SUCCESS", orderItems: [failure] } }]);
    expect(part.outcome).toMatchObject({
      value: {
        status: "PARTIAL_SUCCESS",
        results: [{ accepted: true }, { accepted: false, message: failure.errorMessage }],
      },
    });
    const none = await told([{ body: { status: "FAILED", message: "closed for the day" } }]);
    expect(none.outcome).toMatchObject({
      value: { results: [{ accepted: false }, { accepted: false }], message: "closed for the day" },
    });
  });

  it("fails in AJIO's words, or because the answer is none", async () => {
    const body = { errors: [{ code: "NOT_FOUND", message: "no return RT-1" }] };
    expect((await told([{ status: 400, body }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelCode: "NOT_FOUND", channelMessage: "no return RT-1" },
    });
    expect((await told([{ body: { status: "MAYBE" } }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer" },
    });
  });
});

const PDF = Buffer.from("%PDF-1.7 and so on");
const ITEM = {
  orderItemId: "L1",
  productId: "460110",
  variantId: "460110M",
  quantity: 1,
  taxableValue: 727.76,
  centralGstPercentage: 2.5,
  stateGstPercentage: 2.5,
  unionTerritoryGstPercentage: 0,
  integratedGstPercentage: 0,
  compensationCessPercentage: 0,
};
const NOTE = {
  creditNoteNumber: " AJR-1 ",
  creditNoteSeries: "AJR",
  creditNoteDate: "2026-11-20T09:15:00",
  originalInvoiceNumber: "AJB-1",
  items: [ITEM],
  documentUrl: "https://own.example.in/files/AJR-1.pdf",
};

describe("fetching AJIO's credit note", () => {
  const fetched = async (answers: readonly GivenAnswer[], files: readonly GivenAnswer[] = [{ bytes: PDF }]) => {
    const tokens = [SIGNED_IN, { body: { status: "SUCCESS", accessToken: "t2" } }];
    const { call, sent } = callByHand(NOW, { postAuthentication: tokens, getCreditNote: answers, downloadFile: files });
    return { sent, outcome: await fetchCreditNote(call, RETURN) };
  };

  it("asks for the order's return by its id and its lines", async () => {
    const { sent } = await fetched([{ body: NOTE }]);
    expect(sent[1]).toMatchObject({
      operation: "getCreditNote",
      method: "GET",
      path: "/orders/creditNote",
      query: { orderId: "AJ 1", orderItemIds: "L1,L2", returnId: "RT-1" },
      headers: { apiKey: "t1" },
    });
  });

  it("reads number, series, time, invoice and values in paise, and downloads the PDF", async () => {
    const { outcome, sent } = await fetched([{ body: NOTE }]);
    expect(sent[2]).toMatchObject({ operation: "downloadFile", path: NOTE.documentUrl, headers: { apiKey: "t1" } });
    expect(outcome).toEqual({
      ok: true,
      value: {
        state: "READY",
        value: {
          number: "AJR-1",
          series: "AJR",
          issuedAt: Temporal.Instant.from("2026-11-20T03:45:00Z"),
          originalInvoiceNumber: "AJB-1",
          lines: [
            {
              channelOrderItemId: "L1",
              productId: "460110",
              variantId: "460110M",
              quantity: 1,
              rates: { gstBps: 500, cgstBps: 250, sgstBps: 250, utgstBps: 0, igstBps: 0, cessBps: 0 },
              taxable: 72_776,
            },
          ],
          pdf: PDF,
        },
      },
    });
  });

  it("takes a PDF that comes along, and does without one", async () => {
    const { documentUrl: _, ...bare } = NOTE;
    const along = await fetched([{ body: { ...bare, document: PDF.toString("base64") } }], []);
    expect(along.outcome).toMatchObject({ value: { value: { pdf: PDF } } });
    expect((await fetched([{ body: bare }], [])).outcome).toMatchObject({ value: { value: { pdf: null } } });
  });

  it("sends no token to another host", async () => {
    const documentUrl = "https://files.example.com/AJR-1.pdf";
    const { sent, outcome } = await fetched([{ body: { ...NOTE, documentUrl } }]);
    expect(outcome).toMatchObject({ value: { state: "READY" } });
    expect(sent.at(-1)).toMatchObject({ path: documentUrl, headers: {} });
  });

  it("that is not made yet, or whose PDF is not there, is asked for again later", async () => {
    const words = { message: "Credit note is being generated" };
    for (const status of [404, 202])
      expect((await fetched([{ status, body: words }])).outcome).toEqual({
        ok: true,
        value: { state: "NOT_YET", message: words.message },
      });
    for (const creditNoteNumber of ["", null])
      expect((await fetched([{ body: { creditNoteNumber } }])).outcome).toMatchObject({ value: { state: "NOT_YET" } });
    expect((await fetched([{ body: NOTE }], [{ status: 404, body: {} }])).outcome).toEqual({
      ok: true,
      value: { state: "NOT_YET", message: "Credit note AJR-1 is made; its PDF is not there yet." },
    });
  });

  it("that will never be made is a refusal in AJIO's words", async () => {
    const body = { errors: [{ code: "NOT_CREDITABLE", message: "the order was never invoiced" }] };
    expect((await fetched([{ status: 400, body }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelCode: "NOT_CREDITABLE", channelMessage: "the order was never invoiced" },
    });
  });

  it("renews an expired token once", async () => {
    const expired = { status: 401, body: { message: "Invalid User/Token" } };
    const { outcome, sent } = await fetched([expired, { body: NOTE }]);
    expect(outcome).toMatchObject({ ok: true });
    expect(sent.filter(({ operation }) => operation === "getCreditNote").at(-1)?.headers).toEqual({ apiKey: "t2" });
  });

  it.each([
    ["a document that is no PDF", { document: Buffer.from("<html>").toString("base64") }, /no PDF/],
    ["a value finer than a paisa", { items: [{ ...ITEM, taxableValue: 1.005 }] }, /no amount of rupees/],
    ["a value below zero", { items: [{ ...ITEM, taxableValue: -1 }] }, /below zero/],
    ["a rate finer than a basis point", { items: [{ ...ITEM, integratedGstPercentage: 0.001 }] }, /no tax rates/],
    ["a date that is none", { creditNoteDate: "2026-02-30T10:00:00" }, /is no time/],
    ["no lines", { items: [] }, /items/],
  ])("with %s is an answer that cannot be used, and says why", async (_, wrong, words) => {
    expect((await fetched([{ body: { ...NOTE, ...wrong } }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer", channelMessage: expect.stringMatching(words) },
    });
  });

  it("whose file is a web page is an answer that cannot be used", async () => {
    expect((await fetched([{ body: NOTE }], [{ bytes: Buffer.from("<html>") }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer", channelMessage: "credit note AJR-1: the file at its address is no PDF" },
    });
  });
});

describe("telling AJIO an IRN", () => {
  const FACTS: IrnFacts = {
    channelOrderId: "AJ 1",
    packageCode: "P1",
    document: "CREDIT_NOTE",
    number: "AJR-1",
    irn: "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
    ackNumber: "112610002345678",
    acknowledgedAt: NOW,
    signedQr: "eyJ.eyJ.c2ln",
  };
  const told = async (answer: GivenAnswer) => {
    const { call, sent } = callByHand(NOW, { postAuthentication: [SIGNED_IN], postIrn: [answer] });
    return { sent, outcome: await giveIrn(call, FACTS) };
  };

  it("says document, number and what the portal gave, in Indian time", async () => {
    const { sent } = await told({ body: { status: "SUCCESS" } });
    expect(sent[1]).toMatchObject({
      operation: "postIrn",
      path: "/orders/irn",
      headers: { apiKey: "t1" },
      idempotent: true,
      body: {
        orderId: "AJ 1",
        documentType: "CREDIT_NOTE",
        documentNumber: "AJR-1",
        irn: FACTS.irn,
        ackNumber: "112610002345678",
        ackDate: "2026-11-20T10:00:00",
        signedQrCode: "eyJ.eyJ.c2ln",
      },
    });
  });

  it("is taken, or not, in AJIO's words", async () => {
    expect((await told({ body: { status: "SUCCESS", message: "" } })).outcome).toEqual({
      ok: true,
      value: { status: "SUCCESS", results: [{ key: "AJR-1", accepted: true, message: null }], message: null },
    });
    const message = "AJR-1 has another IRN";
    expect((await told({ body: { status: "FAILED", message } })).outcome).toMatchObject({
      value: { status: "FAILED", results: [{ accepted: false, message }], message },
    });
    expect((await told({ status: 400, body: { errors: [{ code: "X", message: "no" }] } })).outcome).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelMessage: "no" },
    });
  });
});

it("AJIO's own operations have their paths set by the operator", async () => {
  const { call, sent } = callByHand(NOW, { postAuthentication: [SIGNED_IN] });
  const moved = { ...call, path: (operation: string) => `/vms/v2/${operation}` };
  await reportGrade(moved, GRADES);
  await fetchCreditNote(moved, RETURN);
  expect(sent.map(({ path }) => path)).toEqual([
    "/vms/v2/postAuthentication",
    "/vms/v2/postReturnGrades",
    "/vms/v2/getCreditNote",
  ]);
});
