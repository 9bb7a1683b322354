import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PackageState, packageLifecycle } from "../../fulfilment/index.ts";
import type { Instant } from "../../kernel/index.ts";
import { meaningOf } from "../../shipping/index.ts";
import { decideStory, ndrOf, type StoryWord } from "./story.ts";

const START = Temporal.Instant.from("2026-11-20T04:30:00Z");
const at = (hours: number): Instant => START.add({ minutes: Math.round(hours * 60) });
let count = 0;
const word = (raw: string, hours: number, over: Partial<StoryWord> = {}): StoryWord => ({
  ...{ id: `w${++count}`, raw, meaning: meaningOf(raw), at: at(hours), remark: null, place: null },
  ...{ ndrCode: null, ndrReason: null, attempts: null, nextAttemptAt: null, applied: false },
  ...over,
});
const tell = (state: PackageState, words: readonly StoryWord[], deliveredAt: Instant | null = null) =>
  decideStory({ state, deliveredAt }, words);
const outcomes = (state: PackageState, words: readonly StoryWord[], deliveredAt: Instant | null = null) => {
  const decision = tell(state, words, deliveredAt);
  return words.map((each) => `${each.raw}: ${decision.outcomes.get(each.id)}`);
};

/** A package as the words reach it: what is heard together is judged together, and the lifecycle says what may be. */
class Parcel {
  state: PackageState;
  deliveredAt: Instant | null = null;
  readonly doubts = new Set<string>();
  readonly states: PackageState[];
  #words: StoryWord[] = [];
  constructor(state: PackageState = "DISPATCHED") {
    this.state = state;
    this.states = [state];
  }
  hear(told: readonly StoryWord[]): this {
    const known = new Set(this.#words.map((each) => `${each.raw} ${each.at}`));
    const news = told.filter((each, i) => {
      const key = `${each.raw} ${each.at}`;
      return !known.has(key) && told.findIndex((other) => `${other.raw} ${other.at}` === key) === i;
    });
    this.#words.push(...news);
    const decision = tell(this.state, this.#words, this.deliveredAt);
    for (const { event, word: by } of decision.moves) {
      expect(packageLifecycle.may(event, this.state), `${event} from ${this.state}`).toBe(true);
      this.state = packageLifecycle.events[event].to;
      this.states.push(this.state);
      if (event === "deliver") this.deliveredAt = by.at;
    }
    if (decision.doubt) this.doubts.add(decision.doubt.kind);
    this.#words = this.#words.map((each) => ({ ...each, applied: true }));
    return this;
  }
}

const STORIES: Readonly<Record<string, readonly string[]>> = {
  "a delivery at the third attempt": [
    ...["PICKUP_PENDING", "PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "UNDELIVERED", "OUT_FOR_DELIVERY"],
    ...["Customer not available", "OUT_FOR_DELIVERY", "DELIVERED"],
  ],
  "a way back": [
    ...["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "UNDELIVERED", "UNDELIVERED", "RTO_INITIATED"],
    ...["RTO_IN_TRANSIT", "RTO - delivered at hub 7", "RTO_DELIVERED"],
  ],
  "words that nobody knows among others": ["PICKED_UP", "HELD_AT_GATE_9", "IN_TRANSIT", "TELEPORTED", "DELIVERED"],
  "a loss": ["PICKED_UP", "IN_TRANSIT", "LOST"],
  "a number given back": ["PICKUP_PENDING", "CANCELLED"],
};
const ENDS: Readonly<Record<string, PackageState>> = {
  "a delivery at the third attempt": "DELIVERED",
  "a way back": "RETURN_EXPECTED",
  "words that nobody knows among others": "DELIVERED",
  "a loss": "SHIPPED",
  "a number given back": "DISPATCHED",
};
const ORDER: readonly PackageState[] = ["DISPATCHED", "SHIPPED", "DELIVERED", "RETURN_EXPECTED"];

/** The words of a story in any order, some of them more than once, heard in groups of any size. */
const anyTelling = (words: readonly StoryWord[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...words], { minLength: words.length }),
      fc.array(fc.nat(words.length - 1), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: words.length + 6, maxLength: words.length + 6 }),
    )
    .map(([shuffled, repeats, sizes]) => {
      const heard = [...shuffled];
      for (const i of repeats) heard.splice((i * 7) % (heard.length + 1), 0, words[i] ?? word("IN_TRANSIT", 0));
      const groups: StoryWord[][] = [];
      for (const size of sizes) if (heard.length > 0) groups.push(heard.splice(0, size));
      if (heard.length > 0) groups.push(heard);
      return groups;
    });

describe("a courier's story", () => {
  it.each(Object.keys(STORIES))("ends in one state, in any order and however often it is told: %s", (name) => {
    const words = (STORIES[name] ?? []).map((raw, i) => word(raw, i * 5));
    fc.assert(
      fc.property(anyTelling(words), (groups) => {
        const parcel = groups.reduce((each, group) => each.hear(group), new Parcel());
        expect(parcel.state).toBe(ENDS[name]);
        expect([...parcel.doubts]).toEqual([]);
        const ranks = parcel.states.map((state) => ORDER.indexOf(state));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        const ndr = ndrOf(words);
        expect(ndrOf(groups.flat())).toEqual(ndr);
      }),
      { numRuns: 200 },
    );
  });

  it("that contradicts itself ends where its last word says, or a person is asked", () => {
    const RAWS = ["PICKED_UP", "UNDELIVERED", "DELIVERED", "RTO_INITIATED", "RTO_DELIVERED", "LOST", "TELEPORTED"];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...RAWS), fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 12, maxLength: 12 }),
        (told, sizes) => {
          const words = told.map(([raw, hours]) => word(raw, hours));
          const rest = [...words];
          const parcel = new Parcel();
          for (const size of sizes) parcel.hear(rest.splice(0, size));
          parcel.hear(rest);
          const target = new Parcel().hear(words).state;
          if (parcel.state !== target) expect(parcel.doubts.size, `${parcel.state}, not ${target}`).toBeGreaterThan(0);
          const ranks = parcel.states.map((state) => ORDER.indexOf(state));
          expect(new Set(ranks).size, "no state comes twice").toBe(ranks.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("says of each word what it did", () => {
    const words = [word("PICKED_UP", 1), word("IN_TRANSIT", 2), word("HELD_AT_GATE_9", 3), word("DELIVERED", 4)];
    expect(outcomes("DISPATCHED", words)).toEqual([
      "PICKED_UP: MOVED",
      "IN_TRANSIT: KNOWN",
      "HELD_AT_GATE_9: UNKNOWN",
      "DELIVERED: MOVED",
    ]);
    const called = [word("RTO_INITIATED", 1), word("DELIVERED", 2), word("PICKUP_PENDING", 0)];
    expect(outcomes("SHIPPED", called)).toEqual(["RTO_INITIATED: LATE", "DELIVERED: MOVED", "PICKUP_PENDING: NOTHING"]);
    expect(outcomes("CANCELLED", [word("PICKED_UP", 1)])).toEqual(["PICKED_UP: NOTHING"]);
  });

  it("of a delivery while it is expected back, and of a way back after its delivery, asks a person", () => {
    const back = word("RTO_INITIATED", 1, { applied: true });
    expect(tell("RETURN_EXPECTED", [back, word("DELIVERED", 2)]).doubt?.kind).toBe("DELIVERED_WHILE_RETURNING");
    expect(tell("RETURN_EXPECTED", [back, word("DELIVERED", 0.5)]).doubt).toBeNull();
    const delivered = word("DELIVERED", 1, { applied: true });
    expect(tell("DELIVERED", [delivered, word("RTO_INITIATED", 2)], at(1)).doubt?.kind).toBe(
      "RETURNING_AFTER_DELIVERY",
    );
    expect(tell("DELIVERED", [delivered, word("RTO_INITIATED", 0.5)], at(1)).doubt).toBeNull();
  });

  it("reads RTO before delivered where both are said of one moment", () => {
    const words = [word("DELIVERED", 3), word("RTO_DELIVERED", 3)];
    expect(tell("SHIPPED", words).moves.map((move) => move.event)).toEqual(["turnBack"]);
  });
});

describe("a delivery that failed", () => {
  it("counts attempts as the courier does, else by the days on which it tried", () => {
    expect(ndrOf([word("PICKED_UP", 0)])).toBeNull();
    const days = [word("UNDELIVERED", 0), word("Door locked", 1), word("UNDELIVERED", 24)];
    expect(ndrOf(days)).toMatchObject({ attempts: 2, state: "OPEN", reason: null });
    const counted = [word("UNDELIVERED", 0, { attempts: 1 }), word("UNDELIVERED", 2, { attempts: 3 })];
    expect(ndrOf(counted)?.attempts).toBe(3);
  });

  it("takes the word itself for its reason where it is one", () => {
    const reason = (...raws: string[]) => ndrOf(raws.map((raw, i) => word(raw, i)))?.reason;
    expect(reason("Door locked")).toBe("Door locked");
    expect(reason("COD NOT READY")).toBe("COD NOT READY");
    for (const raw of ["UNDELIVERED", "NOT DELIVERED", "NDR", "Delivery failed", "ATTEMPT FAILED"])
      expect(reason(raw), raw).toBeNull();
  });

  it("carries the latest reason, and when the next attempt is meant", () => {
    const next = at(48);
    const words = [
      word("UNDELIVERED", 0, { ndrCode: "NDR_01", ndrReason: "Customer not available" }),
      word("UNDELIVERED", 24, { ndrCode: "NDR_03", ndrReason: "Incomplete address", nextAttemptAt: next }),
    ];
    expect(ndrOf(words)).toMatchObject({
      ...{ code: "NDR_03", reason: "Incomplete address", firstFailedAt: at(0), lastFailedAt: at(24) },
      nextAttemptAt: next,
    });
  });

  it.each([
    [["UNDELIVERED"], "OPEN"],
    [["UNDELIVERED", "OUT_FOR_DELIVERY"], "TRYING"],
    [["UNDELIVERED", "OUT_FOR_DELIVERY", "UNDELIVERED"], "OPEN"],
    [["UNDELIVERED", "OUT_FOR_DELIVERY", "DELIVERED"], "DELIVERED"],
    [["UNDELIVERED", "RTO_INITIATED"], "RETURNING"],
    [["UNDELIVERED", "RTO_INITIATED", "UNDELIVERED"], "RETURNING"],
    [["UNDELIVERED", "LOST"], "LOST"],
  ] as const)("after %j is %s", (raws, state) => {
    expect(ndrOf(raws.map((raw, i) => word(raw, i)))?.state).toBe(state);
  });
});
