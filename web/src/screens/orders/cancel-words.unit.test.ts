import { expect, it } from "vitest";
import { cancelEffects } from "./cancel-words.ts";
import type { UnitJudged } from "./types.ts";

const unit = (over: Partial<UnitJudged> = {}): UnitJudged => ({
  unitId: "u",
  allowed: true,
  why: null,
  becomes: "FREE",
  invoice: null,
  byCreditNote: false,
  package: "BLR1-1",
  mayMove: true,
  whyNotMove: null,
  ...over,
});

it("says what happens to stock, goods in hand and invoices", () => {
  const said = cancelEffects(
    [unit(), unit(), unit({ becomes: "PUTAWAY", invoice: "KA26-7" }), unit({ becomes: "PUTAWAY", invoice: "KA26-7" })],
    { asksChannel: false, source: "Custom", wholeOrder: false },
  );
  expect(said[0]).toBe("Stock of 2 units is free at once, and channels are told.");
  expect(said[1]).toContain("2 units are in hand");
  expect(said[2]).toMatch(/^Invoice KA26-7 will be cancelled/);
  expect(said.at(-1)).toContain("other units go on");
});

it("says that the channel is asked first, and nothing where nothing is chosen", () => {
  const facts = { asksChannel: true, source: "Jupiter Money", wholeOrder: true };
  expect(cancelEffects([unit({ becomes: "NOTHING" })], facts)[0]).toBe(
    "Jupiter Money is asked first. 1 unit is locked until it answers; what it refuses stays as it is.",
  );
  expect(cancelEffects([], facts)).toEqual([]);
});

it("says of an invoice whose IRN is too old that it stands and a credit note takes it back", () => {
  const facts = { asksChannel: false, source: "Custom", wholeOrder: true };
  const said = cancelEffects([unit({ becomes: "PUTAWAY", invoice: "KA26-7", byCreditNote: true })], facts);
  expect(said.filter((words) => words.includes("KA26-7"))).toEqual([
    expect.stringMatching(/^Invoice KA26-7 stands.*credit note/),
  ]);
  expect(said.join(" "), "of a whole order nothing stays").not.toContain("anew");
  const part = cancelEffects([unit({ invoice: "KA26-7", byCreditNote: true })], { ...facts, wholeOrder: false });
  expect(part.join(" ")).toContain("packed and invoiced anew");
});
