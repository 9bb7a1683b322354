import { expect, it } from "vitest";
import { monthName, months, type SummaryRow, sumOf } from "./register-data.ts";

const row = (over: Partial<SummaryRow>): SummaryRow => ({
  ...{ gstin: "29AAAAA0000A1Z5", what: "SALES", documents: 2, cancelled: 1, pending: 0, taxable: 100_00, cgst: 9_00 },
  ...{ sgst: 9_00, utgst: 0, igst: 0, cess: 0, roundOff: -1, total: 117_99, ...over },
});

it("sums registrations, and sales apart from credit notes", () => {
  const rows = [row({}), row({ gstin: null, documents: 1, total: 50_00 }), row({ what: "CREDIT_NOTES", total: 20_00 })];
  expect(sumOf(rows, "SALES")).toMatchObject({ documents: 3, cancelled: 2, total: 167_99, roundOff: -2 });
  expect(sumOf(rows, "CREDIT_NOTES").total).toBe(20_00);
  expect(sumOf([], "SALES").total).toBe(0);
});

it("names months across years", () => {
  expect(months("2026-02-10", 4)).toEqual(["2026-02", "2026-01", "2025-12", "2025-11"]);
  expect(monthName("2026-11")).toBe("November 2026");
});
