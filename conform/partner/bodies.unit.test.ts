import { describe, expect, it } from "vitest";
import { isJson, type Json } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import { dedupeKey } from "../wire.ts";
import { amountsOf, amountsOfAll } from "./amounts.ts";
import { invoiced, uniwareDate } from "./bodies.ts";
import { EVENT_OPERATIONS, nameOf } from "./events.ts";
import { storiesOf } from "./story.ts";
import { taleOf } from "./tales.ts";

const startedAt = Temporal.Instant.from("2026-11-22T11:30:00Z");
const stories = storiesOf("STAMP", startedAt);
const tale = taleOf({ stamp: "STAMP", stories, startedAt });
const bodiesOf = (id: (typeof EVENT_OPERATIONS)[number]): Json[] => [
  tale[id].first,
  tale[id].nobody,
  ...Object.values(tale[id].cases).flatMap((cases) => cases.map(({ body }) => body)),
];

describe("what a partner is sent", () => {
  it.each(EVENT_OPERATIONS)("%s fits the contract in every case", (id) => {
    for (const body of bodiesOf(id)) {
      const checked = operation("partner-notifications", id).body(body);
      expect(checked.ok ? [] : checked.errors, JSON.stringify(body).slice(0, 200)).toEqual([]);
    }
  });

  it("carries the run's mark in every code, so that it is found and taken for nothing else", () => {
    for (const id of EVENT_OPERATIONS)
      for (const body of bodiesOf(id)) expect(dedupeKey(`/${nameOf(id)}`, body)["idempotency-key"]).toContain("STAMP");
  });

  it("has one deduplication key for one event, and no two events of one", () => {
    for (const id of EVENT_OPERATIONS) {
      const keys = Object.values(tale[id].cases).flatMap((cases) =>
        cases.map(({ body }) => dedupeKey(`/${nameOf(id)}`, body)["idempotency-key"]),
      );
      expect(new Set(keys).size, id).toBe(keys.length);
    }
  });

  it("is the first of its cases before all others: what is asked beforehand belongs to the story", () => {
    for (const id of EVENT_OPERATIONS) expect(tale[id].cases.taken?.[0]?.body).toEqual(tale[id].first);
  });
});

describe("the amounts of an invoice", () => {
  it("make the total to the paisa, line by line, and halves are halves", () => {
    for (const story of Object.values(stories))
      for (const { taxable, cgst, sgst, utgst, igst, cess, total } of amountsOfAll(story)) {
        expect(taxable + cgst + sgst + utgst + igst + cess).toBe(total);
        expect(Number.isSafeInteger(cgst)).toBe(true);
        expect(cgst).toBe(sgst + utgst);
      }
  });

  it("hold the tax within the price: 1,180.00 at 18 % is 1,000.00 and twice 90.00", () => {
    const line = {
      sku: "",
      title: "",
      quantity: 1,
      pricePaise: 118_000,
      discountPaise: 0,
      gstBasisPoints: 1_800,
      cessBasisPoints: 0,
    };
    expect(amountsOf(line, "intra")).toMatchObject({ taxable: 100_000, cgst: 9_000, sgst: 9_000, igst: 0 });
    expect(amountsOf(line, "inter")).toMatchObject({ taxable: 100_000, cgst: 0, igst: 18_000 });
    expect(amountsOf({ ...line, quantity: 3, discountPaise: 11_800 }, "territory")).toMatchObject({
      taxable: 270_000,
      utgst: 24_300,
      total: 318_600,
      discount: 35_400,
    });
  });

  it("stand in the body as rupees, of the line and not of the piece", () => {
    const { invoiceItems } = invoiced(stories.lines);
    const [first] = Array.isArray(invoiceItems) ? invoiceItems.filter(isJson) : [];
    expect(first).toMatchObject({ quantity: 3, total: 3_357, subtotal: 3_197.14, totalTax: 159.86, stateGst: 79.93 });
  });
});

describe("a date for a partner", () => {
  it.each([
    ["2024-07-09T10:04:35Z", "Jul 9, 2024 3:34:35 PM"],
    ["2023-02-13T10:31:45Z", "Feb 13, 2023 4:01:45 PM"],
    ["2026-11-21T18:35:07Z", "Nov 22, 2026 12:05:07 AM"],
    ["2026-11-22T06:30:00Z", "Nov 22, 2026 12:00:00 PM"],
  ])("of %s is %s", (at, text) => {
    expect(uniwareDate(Temporal.Instant.from(at))).toBe(text);
  });
});
