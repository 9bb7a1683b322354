import { expect, it } from "vitest";
import { byDay } from "./timeline-days.ts";

it("puts the newest day and entry first, by the days of India", () => {
  const entries = [
    { id: "old", at: "2026-11-11T10:00:00Z" },
    { id: "after midnight in India", at: "2026-11-11T19:00:00Z" },
    { id: "newest", at: "2026-11-12T09:00:00Z" },
  ];
  expect(byDay(entries).map(([day, list]) => [day, list.map((entry) => entry.id)])).toEqual([
    ["2026-11-12", ["newest", "after midnight in India"]],
    ["2026-11-11", ["old"]],
  ]);
});

it("keeps the order of entries made at one instant", () => {
  const at = "2026-11-12T09:00:00Z";
  expect(
    byDay([
      { id: "a", at },
      { id: "b", at },
    ])[0]?.[1].map((entry) => entry.id),
  ).toEqual(["a", "b"]);
});
