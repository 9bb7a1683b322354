import { describe, expect, it } from "vitest";
import { callByHand } from "../kit/call-by-hand.ts";
import { redact } from "../kit/index.ts";
import { bazaarStreet } from "./index.ts";
import { readOrder } from "./map/order.ts";

const NOW = Temporal.Instant.from("2026-11-20T06:00:00Z");
const LINE = {
  ...{ line: "BS1-1", product: "1001", variant: "1001-STD", sku: "DHURRIE-3X5", title: "Handloom Dhurrie 3 x 5 ft" },
  ...{ units: 2, unitPaise: 149_900, deliveryPaise: 4_900, word: "new", since: "2026-11-20T04:30:00Z" },
};
const ORDER = {
  ...{
    id: "BS1",
    number: "BS-0001",
    placedAt: "2026-11-20T10:00:00+05:30",
    sendBy: "2026-11-21T12:30:00Z",
    payment: "paid",
  },
  deliveryAddress: {
    ...{ name: "Meera Nair", street: "14, Church Street", area: "Ashok Nagar", phone: "9800000001" },
    ...{ city: "Bengaluru", state: "Karnataka", pincode: "560001" },
  },
  lines: [LINE],
};
const TOKEN = { body: { token: "t-1", expiresInSeconds: 60 } };

describe("an order of Bazaar Street", () => {
  it("is read in paise and instants, prepaid in full or paid at the door", () => {
    expect(readOrder(ORDER)).toMatchObject({
      ok: true,
      value: {
        ...{
          channelOrderId: "BS1",
          displayCode: "BS-0001",
          paymentType: "PREPAID",
          orderAmounts: { prepaid: 309_600 },
        },
        lines: [{ sellingPrice: 149_900, shippingCharges: 4_900, channelProductId: "1001-1001-STD" }],
        shippingAddress: { line1: "14, Church Street", line2: "Ashok Nagar", country: "India" },
      },
    });
    const cash = readOrder({ ...ORDER, payment: "cash" });
    expect(cash).toMatchObject({ ok: true, value: { paymentType: "COD", orderAmounts: {} } });
    expect(cash.ok && cash.value.placedAt.toString()).toBe("2026-11-20T04:30:00Z");
  });

  it("that is cancelled whole is a cancelled one; with a word that nobody knows it is none", () => {
    const word = (one: string) => readOrder({ ...ORDER, lines: [LINE, { ...LINE, line: "BS1-2", word: one }] });
    expect(readOrder({ ...ORDER, lines: [{ ...LINE, word: "cancelled" }] })).toMatchObject({
      value: { status: "CANCELLED" },
    });
    expect(word("cancelled")).toMatchObject({
      value: { status: "CREATED", lines: [{ cancelled: false }, { cancelled: true }] },
    });
    expect(word("lost")).toEqual({
      ok: false,
      faults: [{ code: "ORDER_MALFORMED", facts: { detail: "BS1-2: lost is no known word" } }],
    });
  });

  it("leaves no person in the exchange log", () => {
    const kept = JSON.stringify(redact(ORDER));
    for (const words of ["Meera", "Church Street", "Ashok Nagar", "9800000001"]) expect(kept).not.toContain(words);
    for (const words of ["Bengaluru", "Karnataka", "560001", "DHURRIE-3X5"]) expect(kept).toContain(words);
  });
});

describe("what changed on Bazaar Street", () => {
  const wish = { feed: "changes", from: NOW.subtract({ hours: 1 }), to: NOW, page: 1 };
  const ask = async (answer: object, more: object = {}) => {
    const { call, sent } = callByHand(NOW, { signIn: [TOKEN], getChanges: [{ body: answer }] });
    const got = await bazaarStreet.operations.pullStatuses?.(call, { ...wish, ...more });
    return { got, query: sent.at(-1)?.query };
  };
  const line = (word: string, units: number) => ({ line: "BS1-1", units, word, since: "2026-11-20T05:12:00Z" });

  it("is read by window and mark, and says how far it is complete", async () => {
    const page = {
      orders: [{ id: "BS1", lines: [line("cancelled", 1), line("new", 1)] }],
      next: "m-2",
      completeTo: "2026-11-20T05:30:00Z",
    };
    const { got, query } = await ask(page, { page: 2, token: "m-1" });
    expect(query).toEqual({ since: "2026-11-20T05:00:00Z", until: "2026-11-20T06:00:00Z", after: "m-1" });
    expect(got).toMatchObject({
      ok: true,
      value: {
        ...{ last: false, next: "m-2", rejected: [] },
        orders: [
          {
            channelOrderId: "BS1",
            lines: [
              { status: "CANCELLED", quantity: 1 },
              { status: "OPEN", quantity: 1 },
            ],
          },
        ],
      },
    });
    expect(got?.ok && got.value.through?.toString()).toBe("2026-11-20T05:30:00Z");
  });

  it("sinks no page for one row, and no row for a word that nobody knows", async () => {
    const rows = [{ id: "BS0" }, { id: "BS1", lines: [line("lost", 2)] }];
    const { got } = await ask({ orders: rows, next: null, completeTo: "2026-11-20T06:00:00Z" });
    expect(got).toMatchObject({
      value: {
        last: true,
        rejected: [expect.stringContaining("lines")],
        orders: [{ lines: [{ status: "unknown", raw: "lost" }] }],
      },
    });
  });

  it("whose end nobody names is no good answer", async () => {
    expect((await ask({ orders: [], next: null })).got).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
});

describe("a batch that is told", () => {
  it("takes silence about a line for a refusal", async () => {
    const { call } = callByHand(NOW, {
      signIn: [TOKEN],
      postCancelled: [{ body: { results: [{ line: "BS1-1", taken: true }] } }],
    });
    const lines = ["BS1-1", "BS1-2"].map((channelOrderItemId) => ({
      ...{ channelOrderItemId, productId: "1001", variantId: "1001-STD", quantity: 1 },
    }));
    expect(await bazaarStreet.operations.cancel?.(call, { channelOrderId: "BS1", lines })).toMatchObject({
      value: { status: "PARTIAL_SUCCESS", results: [{ accepted: true }, { accepted: false }] },
    });
  });
});
