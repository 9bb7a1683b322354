import { describe, expect, it } from "vitest";
import type { Abilities, Rules } from "./data.ts";
import {
  cancelLines,
  type Line,
  limitLines,
  orderLines,
  paperLines,
  rateWords,
  reportLines,
  tileLine,
  toldLines,
} from "./source-words.ts";

const rules: Rules = {
  ordersArrive: "pull",
  invoiceBy: "channel",
  invoiceOfSellerShipped: "us",
  labelBy: "channel",
  manifestBy: "channel",
  split: false,
  multiBox: false,
  sellerCancel: "invoiced",
  channelCancel: "dispatched",
  channelCancelRule: "Buyers cancel until it has left.",
  sellerCancelRule: "Only before it is packed.",
  oneStore: null,
  reports: ["CANCELLED", "DISPATCHED"],
  reportsOf: "channel-shipped",
  channelShips: [true, false],
  creditNoteBy: "us",
  sendsReturns: ["RTO", "CIR"],
  manualReturnRule: "It announces them itself.",
  stockAfterCancel: "push-again",
};
const abilities: Abilities = {
  catalogue: true,
  ordersBackDays: 7,
  underReview: false,
  acknowledge: false,
  stock: { perWarehouse: true, batchMax: 10, judgedLater: false },
  packed: true,
  dispatched: true,
  toldStates: ["DELIVERED"],
  cancelLevel: "item",
  labelHolds: "label",
  manifestParcelsMax: 25,
  tellsByLists: [{ name: "cancelled", tells: ["CANCELLED"] }],
  tellsWithOrders: [],
  asksByOrder: true,
  wakesUs: true,
  consent: { label: "Authorize", gives: ["Refresh Token"] },
};
const bazaar = (over: Partial<Rules> = {}, can: Partial<Abilities> = {}) => ({
  label: "Bazaar",
  rules: { ...rules, ...over },
  abilities: { ...abilities, ...can },
});
const wordsOf = (lines: readonly Line[], label: string): string | undefined =>
  lines.find(([each]) => each === label)?.[1];

describe("what a source reports", () => {
  it("names all four statuses, how those are told that are, and what follows of those that are not", () => {
    const [cancelled, dispatched, delivered, returned] = reportLines(bazaar());
    expect(cancelled).toEqual({
      status: "Cancelled",
      told: true,
      words: "Told in Bazaar's lists of changes. Only of orders that Bazaar ships.",
    });
    expect(dispatched?.words).toContain("asked for each order that is open");
    expect([delivered?.told, returned?.told]).toEqual([false, false]);
    expect(returned?.words).toContain("returns desk");
  });

  it("says of pushed words that they come by themselves", () => {
    const pushed = bazaar({ reportsOf: "all", reports: ["DELIVERED"] }, { tellsByLists: [], asksByOrder: false });
    expect(reportLines(pushed)[2]?.words).toBe("Told by Bazaar by itself.");
    expect(reportLines(pushed)[0]?.words).toContain("Cancel here what was cancelled on Bazaar");
  });

  it("says of words that come with the list of orders that they do, and asks for those orders no more", () => {
    const reports = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"];
    const can = { tellsByLists: [{ name: "returns", tells: ["RETURNED"] }], tellsWithOrders: reports.slice(0, 3) };
    const words = reportLines(bazaar({ reportsOf: "all", reports }, can)).map((line) => line.words);
    expect(words).toEqual([
      ...Array(3).fill("Told in Bazaar's list of orders, as they change."),
      "Told in Bazaar's lists of changes.",
    ]);
    const asked = reportLines(bazaar({ reportsOf: "all", reports }, { tellsByLists: [] }));
    expect(asked[2]?.words).toBe("Told when it is asked for each order that has left.");
  });

  it("says of a dispatch that is not told when it is seen all the same", () => {
    const words = (reports: readonly string[]) => reportLines(bazaar({ reports }))[1]?.words;
    expect(words(["CANCELLED", "DELIVERED", "RETURNED"])).toMatch(
      /seen here when it is delivered or when it comes back, and adopted then\. .* under Exceptions\.$/,
    );
    expect(words(["RETURNED"])).toMatch(/seen here when it comes back, and adopted then/);
    expect(words(["CANCELLED"])).toMatch(/ is not seen here\.$/);
  });

  it("is one line on the tile", () => {
    expect(tileLine(bazaar())).toBe("Orders are fetched · reports cancelled and dispatched");
    expect(tileLine(bazaar({ reports: [], ordersArrive: "push" }))).toBe("Orders are pushed · reports nothing");
    expect(tileLine(bazaar({ ordersArrive: "by hand" }))).toContain("form or CSV");
  });
});

describe("who does what", () => {
  it("tells apart what the source ships and what the seller does", () => {
    const lines = paperLines(bazaar());
    expect(wordsOf(lines, "Invoice")).toBe("By Bazaar; for what you ship yourself made here, of your own series.");
    expect(wordsOf(lines, "Shipping")).toContain("each order says which");
    expect(wordsOf(lines, "Manifest")).toBe("By Bazaar, for what it ships; at most 25 parcels on one.");
    expect(wordsOf(paperLines(bazaar({ channelShips: [false] })), "Label")).toBe("Made here.");
    expect(wordsOf(paperLines(bazaar({ channelShips: [true] })), "Invoice")).toBe("By Bazaar.");
  });

  it("says how orders come, and that it may wake us", () => {
    expect(wordsOf(orderLines(bazaar()), "New orders")).toBe("Bazaar is asked for new orders, back to 7 days.");
    expect(wordsOf(orderLines(bazaar()), "Wake-ups")).toContain("asked at once");
    expect(wordsOf(orderLines(bazaar({}, { wakesUs: false })), "Wake-ups")).toBeUndefined();
  });

  it("says until when who may cancel, with the source's own rules", () => {
    const lines = cancelLines(bazaar());
    expect(wordsOf(lines, "On Bazaar")).toBe("Until the parcel is dispatched. Buyers cancel until it has left.");
    expect(wordsOf(lines, "By you")).toBe(
      "Until the invoice is made. Whole lines of an order. Only before it is packed.",
    );
    expect(wordsOf(lines, "Stock then")).toContain("told again at once");
    expect(wordsOf(cancelLines(bazaar({ channelCancel: "never" })), "On Bazaar")).toContain("under Exceptions");
    expect(wordsOf(cancelLines(bazaar({}, { cancelLevel: null })), "By you")).toContain("cancel there too");
  });

  it("says what goes there, and that a source without a catalogue gets its listings from a file", () => {
    expect(wordsOf(toldLines(bazaar()), "Stock")).toBe(
      "At each change, for each of its warehouses; 10 figures a request at most.",
    );
    expect(wordsOf(toldLines(bazaar({}, { catalogue: false })), "Catalogue")).toContain("CSV file");
    expect(wordsOf(toldLines(bazaar({}, { stock: null })), "Stock")).toBe("Not told: enter it on Bazaar.");
  });
});

describe("limits", () => {
  it.each([
    [4.5, "4.5 a second"],
    [1, "1 a second"],
    [0.5, "one in 2 seconds"],
    [0.0056, "one in 3 minutes"],
  ])("%d a second is %j", (rate, words) => expect(rateWords(rate)).toBe(words));

  it("stand apart where an operation has its own", () => {
    const own = [{ operation: "getOrders", requestsPerSecond: 0.0167, burst: 20 }];
    const limits = { requestsPerSecond: 2, burst: 4, interactiveShare: 0.25, operations: own };
    expect(limitLines(limits)).toEqual([
      ["All other requests", "2 a second, 4 at once; 25 % is kept for people who click"],
      ["getOrders", "one in 60 seconds, 20 at once"],
    ]);
  });
});
