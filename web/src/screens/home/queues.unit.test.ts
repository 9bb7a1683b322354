import { expect, it } from "vitest";
import { flowAnswer, type QueueCard, toneOf } from "./queues.ts";

const now = Date.parse("2026-11-20T04:30:00Z");
const card: QueueCard = { key: "exceptions", label: "Exceptions", tone: "attention", needs: "x" };
const queue = (count: number, dueBy: string | null, late = 0) => ({
  key: "exceptions",
  count,
  oldestAt: null,
  dueBy,
  late,
  link: { path: "/exceptions", search: {} },
});

it("colours a queue by what is due first, else by what it is", () => {
  expect(toneOf(card, undefined, now)).toBeUndefined();
  expect(toneOf(card, queue(0, "2026-11-20T04:00:00Z"), now)).toBeUndefined();
  expect(toneOf(card, queue(3, null), now)).toBe("attention");
  expect(toneOf({ ...card, tone: "failed" }, queue(3, "2026-11-20T05:00:00Z"), now)).toBe("attention");
  expect(toneOf(card, queue(3, "2026-11-20T04:00:00Z"), now)).toBe("failed");
  expect(toneOf(card, queue(3, "2026-11-20T09:00:00Z", 1), now)).toBe("failed");
});

it("answers the chart's question in words", () => {
  const hour = (received: number, dispatched: number) => ({ at: "2026-11-20T04:00:00Z", received, dispatched });
  expect(flowAnswer([hour(5, 2), hour(1, 1)])).toBe("No: 3 more came in than went out in these 2 hours.");
  expect(flowAnswer([hour(1, 4)])).toMatch(/^Yes: 3 more went out/);
  expect(flowAnswer([hour(2, 2)])).toMatch(/^Yes: 2 came in/);
  expect(flowAnswer([hour(0, 0)])).toBeUndefined();
});
