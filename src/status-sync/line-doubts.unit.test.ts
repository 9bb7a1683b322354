import { describe, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { newId } from "../kernel/index.ts";
import { unknownWords } from "./line-doubts.ts";

const channelId = newId<"Channel">();
type Line = ReportedOrder["lines"][number];
const line = (id: string, raw: string, minute?: number): Line => ({
  ...{ channelOrderItemId: id, raw, status: raw === "SHIPPED" ? "DISPATCHED" : "unknown", channelReturnId: null },
  ...{ returnReason: null, returnAwb: null, returnCourier: null },
  ...(minute === undefined
    ? {}
    : { changedAt: Temporal.Instant.from("2026-11-20T04:30:00Z").add({ minutes: minute }) }),
});
const told = (lines: Line[], open: readonly string[] = [], whole = false) =>
  unknownWords(
    channelId,
    [{ channelOrderId: "O-1", lines }],
    open.length === 0 ? [] : [{ channelOrderId: "O-1", raw: "LIMBO", lines: open }],
    whole,
  );
const key = `${channelId}:O-1:LIMBO`;

describe("words that nobody knows", () => {
  it("are one question for an order and a word, about all its lines", () => {
    const { opened } = told([line("A", "LIMBO"), line("B", "LIMBO"), line("C", "SHIPPED"), line("D", "AWAY")]);
    expect(opened.map(({ facts }) => facts.what)).toEqual(["lines A, B of O-1", "line D of O-1"]);
  });

  it("of a list of changes are about a line until something else is said of it", () => {
    expect(told([line("B", "LIMBO")], ["A"]).changed).toMatchObject([{ key, facts: { lines: ["A", "B"] } }]);
    expect(told([line("A", "SHIPPED")], ["A", "B"]).changed).toMatchObject([{ key, facts: { lines: ["B"] } }]);
    expect(told([line("A", "SHIPPED")], ["A"])).toMatchObject({ opened: [], changed: [], over: [key] });
    expect(told([line("C", "SHIPPED")], ["A"])).toEqual({ opened: [], changed: [], over: [] });
  });

  it("of a list of changes are over when a later change of the same page is known", () => {
    expect(told([line("A", "SHIPPED", 2), line("A", "LIMBO", 1)]).opened).toEqual([]);
    expect(told([line("A", "SHIPPED", 1), line("A", "LIMBO", 2)]).opened).toHaveLength(1);
  });

  it("of a whole order are over when they are said of none of its lines", () => {
    expect(told([line("A", "SHIPPED")], ["A", "B"], true).over).toEqual([key]);
    expect(told([line("B", "LIMBO")], ["A", "B"], true).changed).toMatchObject([{ facts: { lines: ["B"] } }]);
  });
});
