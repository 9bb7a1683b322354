import { describe, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import { isDue, partOf, readFeeds, shorter, startOf } from "./feed-window.ts";
import type { WaitingWord } from "./journal.store.ts";
import { heardOf, mergeByLine, retryAt } from "./journal.ts";
import { matchParcels } from "./match-parcels.ts";
import type { FeedRead } from "./read-feed.ts";
import { rereadMinute } from "./reread.ts";
import { wordsOf } from "./sync-selection.ts";
import { inWords, stateOf } from "./sync-words.ts";

const NOW = Temporal.Instant.from("2026-11-20T10:00:00Z");
const ago = (minutes: number) => NOW.subtract({ minutes });

describe("the window of a list of changes", () => {
  const feed = { overlapMinutes: 10 };
  it("begins a day back for a list that was never read, else where it was read to, with the overlap", () => {
    expect(startOf(NOW, feed, undefined)).toEqual(ago(24 * 60 + 10));
    expect(startOf(NOW, feed, ago(1))).toEqual(ago(11));
  });
  it("does not begin in the future when our clock was set back, nor more than thirty days ago", () => {
    expect(startOf(NOW, feed, NOW.add({ hours: 3 }))).toEqual(ago(10));
    expect(startOf(NOW, feed, ago(60 * 24 * 90))).toEqual(ago(60 * 24 * 30));
  });
  it("is asked in parts, and the last one ends now", () => {
    expect(partOf(ago(90), NOW, 60)).toEqual({ from: ago(90), to: ago(30), last: false });
    expect(partOf(ago(30), NOW, 60)).toEqual({ from: ago(30), to: NOW, last: true });
    expect(partOf(ago(60), NOW, 60)).toMatchObject({ to: NOW, last: true });
  });
  it("is halved down to a minute, never to nothing", () => {
    expect([60, 30, 15, 8, 4, 2].map(shorter)).toEqual([30, 15, 8, 4, 2, 1]);
    expect(shorter(1)).toBeNull();
  });
});

describe("where lists were read to", () => {
  const place = { through: ago(5), spanMinutes: 60, askedAt: ago(5), okAt: ago(5), failed: null, after: null };
  it("is read as it was stored; anything else is none", () => {
    expect([...readFeeds({ feeds: { a: JSON.parse(JSON.stringify(place)) } })]).toEqual([["a", place]]);
    for (const other of [{}, null, "x", { through: "2026-11-20T10:00:00Z" }, { feeds: { a: 1 } }])
      expect(readFeeds(other).size).toBe(0);
  });
  it("says when a list with a pace of its own is due", () => {
    expect(isDue({ everyMinutes: 4 }, undefined, NOW)).toBe(true);
    expect(isDue({}, place, NOW)).toBe(true);
    expect(isDue({ everyMinutes: 6 }, place, NOW)).toBe(false);
    expect(isDue({ everyMinutes: 5 }, place, NOW)).toBe(true);
    expect(isDue({ everyMinutes: 5 }, place, ago(0.2 * 60))).toBe(true); // asked in the future: the clock was set back
  });
  it("tries one that failed again before its time, but not for ever", () => {
    const failed = { ...place, askedAt: ago(1), failed: "500" };
    expect(isDue({ everyMinutes: 5 }, { ...failed, okAt: ago(6) }, NOW)).toBe(true);
    expect(isDue({ everyMinutes: 5 }, { ...failed, okAt: ago(6), failed: null }, NOW)).toBe(false);
    expect(isDue({ everyMinutes: 5 }, { ...failed, okAt: ago(10) }, NOW)).toBe(false);
    expect(isDue({ everyMinutes: 5 }, { ...failed, okAt: null }, NOW)).toBe(false);
  });
  it("forgives a tick that comes a moment early", () => {
    const justAfter = { ...place, askedAt: ago(5).add({ milliseconds: 900 }) };
    expect(isDue({ everyMinutes: 5 }, justAfter, NOW)).toBe(true);
  });
});

const line = (over: Partial<ReportedOrder["lines"][number]>): ReportedOrder["lines"][number] => ({
  ...{ channelOrderItemId: "L1", status: "DISPATCHED", raw: "x" },
  ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null },
  ...over,
});

describe("the words of an order", () => {
  it("leave out what is open or unknown, and say each thing once", () => {
    const lines = [line({}), line({}), line({ channelOrderItemId: "L2", status: "OPEN" }), line({ status: "unknown" })];
    expect(heardOf({ channelOrderId: "O", lines })).toMatchObject([{ line: "L1", status: "DISPATCHED", quantity: 0 }]);
  });
  it("count the units that left by one report: those in different states together", () => {
    const lines = [
      line({ quantity: 2 }),
      line({ status: "DELIVERED", quantity: 1 }),
      line({ status: "CANCELLED", quantity: 3 }),
    ];
    expect(heardOf({ channelOrderId: "O", lines }).map((h) => [h.status, h.quantity, h.word.left])).toEqual([
      ["DISPATCHED", 2, 3],
      ["DELIVERED", 1, 3],
      ["CANCELLED", 3, 3],
    ]);
  });
  it("keep returns with ids of their own apart", () => {
    const lines = [line({ status: "CIR", channelReturnId: "R1" }), line({ status: "CIR", channelReturnId: "R2" })];
    expect(heardOf({ channelOrderId: "O", lines }).map((h) => h.channelReturnId)).toEqual(["R1", "R2"]);
  });
  it("of a line become one: the furthest, and the most that any report says has left", () => {
    const heard = heardOf({ channelOrderId: "O", lines: [line({ quantity: 1, changedAt: ago(9) })] });
    const after = heardOf({
      channelOrderId: "O",
      lines: [line({ status: "DELIVERED", quantity: 2, changedAt: ago(3) })],
    });
    const waiting = [...heard, ...after].map((h) => ({ ...h }) as unknown as WaitingWord); // what it looks at
    expect(mergeByLine(waiting)).toEqual([
      { channelOrderItemId: "L1", status: "DELIVERED", raw: "x", quantity: 2, changedAt: ago(9) },
    ]);
  });
  it("that wait are tried after 1, 2, 4 and then every 5 minutes, those without their order less often", () => {
    const pauses = (code: string) => [0, 1, 2, 3, 4, 50].map((n) => retryAt(NOW, n, code).since(NOW).total("minutes"));
    expect(pauses("SERIES_MISSING")).toEqual([1, 2, 4, 5, 5, 5]);
    expect(pauses("ORDER_NOT_HERE")).toEqual([1, 2, 4, 8, 15, 15]);
  });
});

describe("the packages that a parcel is", () => {
  const a = { awb: "A1", isGone: true, lines: ["L1"] };
  const b = { awb: "B1", isGone: true, lines: ["L1", "L2"] };
  const free = { awb: null, isGone: true, lines: ["L3"] };
  const here = { awb: null, isGone: false, lines: ["L4"] };
  const is = (parcel: { awb: string | null; channelOrderItemIds: string[] }, packages = [a, b, free, here]) =>
    matchParcels([parcel], packages).map(({ ours }) => ours);
  it.each([
    ["the one with its number", { awb: " B1", channelOrderItemIds: ["L1"] }, [b]],
    ["that, and those without a number that lie in it", { awb: "B1", channelOrderItemIds: ["L2", "L3"] }, [b, free]],
    ["those without a number, where it brings one", { awb: "C1", channelOrderItemIds: ["L3", "L4"] }, [free, here]],
    ["all of whose lines have its word", { awb: null, channelOrderItemIds: ["L3", "L4"] }, [free, here]],
    [
      "of a line in several, those that left with all their lines in it",
      { awb: null, channelOrderItemIds: ["L1"] },
      [a],
    ],
    ["the one that has its line alone", { awb: null, channelOrderItemIds: ["L2"] }, [b]],
    ["none, where it has neither number nor lines", { awb: null, channelOrderItemIds: [] }, []],
    ["none, where nobody has its lines", { awb: "X", channelOrderItemIds: ["L9"] }, []],
  ])("%s", (_, parcel, expected) => expect(is(parcel)).toEqual(expected));

  it("the only one, however little is said of it", () => {
    for (const awb of [null, "C1"]) {
      expect(is({ awb, channelOrderItemIds: [] }, [free])).toEqual([free]);
      expect(is({ awb, channelOrderItemIds: ["L2"] }, [b])).toEqual([b]);
    }
  });

  it("none, where several may be meant", () => {
    const c = { awb: null, isGone: true, lines: ["L1", "L5"] };
    const d = { awb: null, isGone: true, lines: ["L1", "L6"] };
    for (const awb of [null, "C1"]) expect(is({ awb, channelOrderItemIds: ["L1"] }, [c, d])).toEqual([]);
  });

  it("none of those that are still here, of a line that lies in several", () => {
    const left = { awb: null, isGone: true, lines: ["L1"] };
    const still = { awb: null, isGone: false, lines: ["L1"] };
    expect(is({ awb: null, channelOrderItemIds: ["L1"] }, [left, still])).toEqual([left]);
    expect(is({ awb: "C1", channelOrderItemIds: ["L1"] }, [left, still])).toEqual([]);
  });

  it("are meant in part where other lines of theirs have another word, not where these have none", () => {
    const both = { awb: null, isGone: true, lines: ["L1", "L2"] };
    const of = (line: string) => ({ awb: null, channelOrderItemIds: [line] });
    expect(matchParcels([of("L1"), of("L2")], [both]).map((each) => each.partly)).toEqual([true, true]);
    expect(matchParcels([of("L1")], [both]).map((each) => each.partly)).toEqual([false]);
  });
});

describe("how a run ended", () => {
  const read = (over: Partial<FeedRead>): FeedRead => ({
    ...{
      name: "a",
      orders: 0,
      named: new Set(),
      rejected: [],
      notAnswered: 0,
      failed: null,
      throttled: false,
      retryAfterMs: 0,
      quiet: [],
    },
    heard: { news: [], changed: 0, waiting: 0, doubts: 0, tracked: 0, rejected: [] },
    ...over,
  });
  it.each([
    ["DONE", [read({})]],
    ["PARTIAL", [read({}), read({ failed: "x" })]],
    ["FAILED", [read({ failed: "x" }), read({ failed: "y" })]],
    ["PARTIAL", [read({ failed: "x", throttled: true })]],
    ["PARTIAL", [read({ failed: "x", orders: 50 })]],
    ["PARTIAL", [read({ rejected: ["order 9"] })]],
  ] as const)("%s (%#)", (state, reads) => expect(stateOf(reads)).toBe(state));
  it("says which list failed, what came of the rest, and nothing where nothing happened", () => {
    expect(inWords([read({})])).toBeNull();
    const heard = { news: ["A", "B"], changed: 2, waiting: 1, doubts: 0, tracked: 0, rejected: [] };
    expect(
      inWords([read({ heard }), read({ name: "b", failed: "Page 1 of b: 500", rejected: ["order 9: no lines"] })]),
    ).toBe("b: Page 1 of b: 500. 2 statuses taken over. 1 waits (see Status sync). Not understood: order 9: no lines");
  });
});

describe("small words", () => {
  it("say how an order stands on its channel", () => {
    expect(wordsOf(["DISPATCHED", "DISPATCHED", "CANCELLED"])).toBe(
      "On the channel: 2 lines dispatched, 1 line cancelled.",
    );
    expect(wordsOf([])).toBe("The channel names no line.");
  });
  it("spread the daily readings over the day, none of them behind its last look, at 23:55", () => {
    const minutes = ["000001", "00059a", "00059b", "00059c"].map((end) =>
      rereadMinute(`0199b1c0-0000-7000-8000-000000${end}` as ChannelId),
    );
    expect(minutes).toEqual([1, 23 * 60 + 54, 0, 1]);
  });
});
