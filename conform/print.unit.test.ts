import { describe, expect, it } from "vitest";
import { printReport, wrap } from "./print.ts";
import { FORMAT, type Report } from "./report.ts";

const contract = { place: "components.schemas.Order", says: "Required: sla.", inferred: true, note: "From 2020." };
const check = { operation: "getOrders", contract, findings: [], moreFindings: 0, why: "", todo: "Send it." } as const;
const report: Report = {
  format: FORMAT,
  protocol: "marketplace",
  contract: { title: "The protocol", version: "1" },
  baseUrl: "https://api.example.in/uniware",
  mode: "write",
  startedAt: "2026-11-22T10:00:00Z",
  durationMs: 1_234,
  calls: 9,
  verdict: "fail",
  message: "",
  latency: { calls: 9, medianMs: 4, p99Ms: 30, slowestMs: 31 },
  orders: [{ orderId: "OD1", what: "is dispatched (newest CREATED)" }],
  summary: { PASS: 1, WARN: 0, FAIL: 1, NOT_OFFERED: 0, SKIPPED: 2 },
  operations: [
    { id: "getOrders", method: "GET", path: "/orders", usage: "mandatory", offered: true },
    { id: "getLabels", method: "GET", path: "/orders/labels", usage: "optional", offered: null },
  ],
  checks: [
    { ...check, id: "orders.good", title: "all is well", result: "PASS", why: "seen" },
    {
      ...check,
      id: "orders.rows",
      title: "every order has its fields",
      result: "FAIL",
      findings: Array.from(
        { length: 6 },
        (_, n) => ({ grade: "must", says: `order OD${n}: sla is missing`, exchange: 3, at: "" }) as const,
      ),
      moreFindings: 5,
    },
    { ...check, operation: "getLabels", id: "labels.a", title: "a", result: "SKIPPED", why: "no order" },
    { ...check, operation: "getLabels", id: "labels.b", title: "b", result: "SKIPPED", why: "no order" },
  ],
  exchanges: [
    {
      number: 3,
      operation: "getOrders",
      request: {
        method: "GET",
        url: "https://api.example.in/uniware/orders?pageNumber=1",
        header: "apiKey",
        apiKey: "[token]",
        body: null,
      },
      answer: {
        status: 200,
        contentType: "application/json",
        location: null,
        bytes: 90,
        body: { orders: [{ id: "OD0" }] },
      },
      failure: null,
      durationMs: 5,
    },
  ],
};

describe("the table", () => {
  it("says what passed, what failed with the exchange behind it, and what was left out, in 80 columns", () => {
    const text = printReport(report, { width: 80, colours: false });
    expect(text).toBe(`Conformance to the marketplace protocol (contract 1)
https://api.example.in/uniware, reading and writing, 2026-11-22T10:00:00Z
Order OD1 is dispatched (newest CREATED).

RESULT       CHECK        WHAT IT PROVES
GET /orders (mandatory)
PASS         orders.good  all is well
FAIL         orders.rows  every order has its fields
GET /orders/labels (optional)
SKIPPED      2 checks     no order

Failures

1. orders.rows  GET /orders
   found     order OD0: sla is missing
   found     order OD1: sla is missing
   found     order OD2: sla is missing
   found     order OD3: sla is missing
             and 7 more like these; --json lists up to a hundred
   contract  components.schemas.Order: Required: sla. (Inferred. From 2020.)
   do        Send it.
   call      GET /orders?pageNumber=1
             apiKey: [token]
   answer    200 application/json, 90 bytes, 5 ms
             {
              "orders": [
               {
                "id": "OD0"
               }
              ]
             }

Answers took 4 ms in the middle, 99 of 100 at most 30 ms, the slowest 31 ms.
1 passed, 1 failed, 2 skipped; 9 calls in 1.2 s.
`);
  });

  it("is coloured where a terminal wants it, and nowhere else", () => {
    expect(printReport(report, { width: 80, colours: true })).toContain("\u001b[31mFAIL");
    expect(printReport(report, { width: 80, colours: false })).not.toContain("\u001b");
  });

  it("never runs over the width, from the narrowest on", () => {
    for (const width of [10, 72, 100, 140, 400]) {
      const lines = printReport(report, { width, colours: false }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(Math.max(width, 72), 140));
    }
  });

  it("says in one line that nothing answers", () => {
    const text = printReport(
      { ...report, verdict: "unreachable", message: "nothing listens there", checks: [] },
      { width: 80, colours: false },
    );
    expect(text).toContain("Nothing answers there: nothing listens there.");
    expect(text).not.toContain("RESULT");
  });
});

describe("wrapping", () => {
  it("breaks between words, and cuts a word that fits no line", () => {
    expect(wrap("one two three four five", 24, "    ")).toEqual(["    one two three four", "    five"]);
    expect(wrap("x".repeat(45), 24, "    ")).toEqual([`    ${"x".repeat(20)}`, `    ${"x".repeat(20)}`, "    xxxxx"]);
  });
});
