import { describe, expect, it } from "vitest";
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";
import { ajioDropship } from "./index.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const PARCEL = {
  channelOrderId: "AJ 1",
  packageCode: "P1",
  lines: [{ channelOrderItemId: "L1", productId: "460110", variantId: "460110M", quantity: 2 }],
};
const ITEM = {
  orderItemId: "L1",
  productId: "460110",
  variantId: "460110M",
  quantity: 2,
  taxableValue: 1455.52,
  taxPercentage: 5,
  centralGstPercentage: 2.5,
  stateGstPercentage: 2.5,
  unionTerritoryGstPercentage: 0,
  integratedGstPercentage: 0,
  compensationCessPercentage: 0,
};
const PDF = Buffer.from("%PDF-1.7 and so on");
const INVOICE = {
  invoiceNumber: " AJB-1 ",
  invoiceDate: "2026-11-20T09:15:00",
  buyer: {
    name: "AJIO Marketplace",
    gstin: "29AAXCA0003D1ZY",
    addressLine1: "21, Residency Road",
    city: "Bengaluru",
    state: "Karnataka",
    pincode: "560025",
  },
  items: [ITEM],
  document: PDF.toString("base64"),
};

const SIGNED_IN = { body: { status: "SUCCESS", accessToken: "t1" } };

async function fetched(answers: readonly GivenAnswer[], tokens: readonly GivenAnswer[] = [SIGNED_IN]) {
  const { call, sent } = callByHand(NOW, { postAuthentication: tokens, getB2bInvoice: answers });
  const { fetchInvoice } = ajioDropship.operations;
  if (!fetchInvoice) throw new Error("AJIO gives invoices");
  return { sent, outcome: await fetchInvoice(call, PARCEL) };
}

describe("fetching AJIO's B2B invoice", () => {
  it("asks for the order's invoice with the seller's token", async () => {
    const { sent } = await fetched([{ body: INVOICE }]);
    expect(sent[0]).toMatchObject({
      operation: "postAuthentication",
      body: { username: "seller", password: "secret" },
    });
    expect(sent[1]).toMatchObject({
      operation: "getB2bInvoice",
      method: "GET",
      path: "/orders/b2bInvoice",
      query: { orderId: "AJ 1" },
      headers: { apiKey: "t1" },
      idempotent: true,
    });
  });

  it("goes to the path that the operator set", async () => {
    const { call, sent } = callByHand(NOW, { postAuthentication: [SIGNED_IN], getB2bInvoice: [{ body: INVOICE }] });
    const moved = { ...call, path: (name: string) => `/vms/v2/${name}` };
    await ajioDropship.operations.fetchInvoice?.(moved, PARCEL);
    expect(sent.map((out) => out.path)).toEqual(["/vms/v2/postAuthentication", "/vms/v2/getB2bInvoice"]);
  });

  it("reads number, time, buyer, values in paise and the PDF", async () => {
    const { outcome } = await fetched([{ body: INVOICE }]);
    expect(outcome).toEqual({
      ok: true,
      value: {
        state: "READY",
        value: {
          number: "AJB-1",
          issuedAt: Temporal.Instant.from("2026-11-20T03:45:00Z"),
          lines: [
            {
              channelOrderItemId: "L1",
              productId: "460110",
              variantId: "460110M",
              rates: { gstBps: 500, cgstBps: 250, sgstBps: 250, utgstBps: 0, igstBps: 0, cessBps: 0 },
              taxable: 145_552,
            },
          ],
          buyer: {
            name: "AJIO Marketplace",
            gstin: "29AAXCA0003D1ZY",
            addressLines: ["21, Residency Road", "Bengaluru, Karnataka 560025"],
            city: "Bengaluru",
            stateCode: "29",
            pincode: "560025",
          },
          pdf: PDF,
        },
      },
    });
  });

  it("reads a time given in milliseconds", async () => {
    const { outcome } = await fetched([{ body: { ...INVOICE, invoiceDate: 1_795_145_400_000 } }]);
    expect(outcome).toMatchObject({
      value: { value: { issuedAt: Temporal.Instant.fromEpochMilliseconds(1_795_145_400_000) } },
    });
  });

  it("that is not made yet is asked for again later", async () => {
    const words = { message: "Invoice is being generated" };
    for (const answer of [
      { status: 404, body: words },
      { status: 202, body: words },
    ])
      expect((await fetched([answer])).outcome).toEqual({
        ok: true,
        value: { state: "NOT_YET", message: words.message },
      });
    for (const invoiceNumber of ["", null])
      expect((await fetched([{ body: { invoiceNumber } }])).outcome).toMatchObject({ value: { state: "NOT_YET" } });
  });

  it("that will never be made is a refusal in AJIO's words", async () => {
    const body = { errors: [{ code: "NOT_INVOICEABLE", message: "order is cancelled" }] };
    expect((await fetched([{ status: 400, body }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelCode: "NOT_INVOICEABLE", channelMessage: "order is cancelled" },
    });
  });

  it("renews an expired token once", async () => {
    const expired = { status: 401, body: { message: "Invalid User/Token" } };
    const again = { body: { status: "SUCCESS", accessToken: "t2" } };
    const { outcome, sent } = await fetched([expired, { body: INVOICE }], [SIGNED_IN, again]);
    expect(outcome).toMatchObject({ ok: true });
    expect(sent.at(-1)?.headers).toEqual({ apiKey: "t2" });
    const stays = await fetched([expired, expired], [SIGNED_IN, again]);
    expect(stays.outcome).toMatchObject({ ok: false, failure: { kind: "auth" } });
  });

  it.each([
    ["a document that is no PDF", { document: Buffer.from("<html>").toString("base64") }, /no PDF/],
    ["a document that is no base64", { document: "data:application/pdf;base64,JVBERi0=" }, /no PDF/],
    ["a value finer than a paisa", { items: [{ ...ITEM, taxableValue: 1.005 }] }, /no amount of rupees/],
    ["a rate finer than a basis point", { items: [{ ...ITEM, integratedGstPercentage: 0.001 }] }, /no tax rates/],
    ["a date that is none", { invoiceDate: "2026-02-30T10:00:00" }, /is no time/],
    ["a time before all invoices", { invoiceDate: -5 }, /is no time/],
    ["no buyer", { buyer: undefined }, /buyer is required/],
  ])("with %s is an answer that cannot be used, and says why", async (_, wrong, words) => {
    expect((await fetched([{ body: { ...INVOICE, ...wrong } }])).outcome).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer", channelMessage: expect.stringMatching(words) },
    });
  });
});
