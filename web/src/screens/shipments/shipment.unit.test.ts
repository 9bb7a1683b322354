import { describe, expect, it } from "vitest";
import { askShipments, dueSpan } from "./shipment.ts";

// 22 November 2026, 19:30 in India: the day there ends four and a half hours later, at 18:30 UTC.
const now = Date.parse("2026-11-22T14:00:00Z");

describe("the deadline filter", () => {
  it("ends today at midnight in India", () => {
    expect(dueSpan("today", now)).toEqual({ to: "2026-11-22T18:30:00.000Z" });
    expect(dueSpan("later", now)).toEqual({ from: "2026-11-22T18:30:00.000Z" });
  });

  it("takes late and soon from the moment of the question", () => {
    expect(dueSpan("late", now)).toEqual({ to: "2026-11-22T14:00:00.000Z" });
    expect(dueSpan("soon", now)).toEqual({ from: "2026-11-22T14:00:00.000Z", to: "2026-11-22T16:00:00.000Z" });
  });

  it("knows no other word", () => {
    expect(dueSpan("whenever", now)).toEqual({});
  });
});

it("asks in the server's words and leaves the rest alone", () => {
  expect(askShipments({ search: "SP-1", due: "late", tab: "packed", cod: "true" }, now)).toEqual({
    q: "SP-1",
    dispatchTo: "2026-11-22T14:00:00.000Z",
    tab: "packed",
    cod: "true",
  });
});
