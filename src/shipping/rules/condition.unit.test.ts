import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { someFacts } from "../../../tests/support/shipping-builders.ts";
import { must } from "../../kernel/index.ts";
import { readCondition } from "./condition.ts";
import { plainCondition } from "./condition-text.ts";
import { factValues } from "./explain.ts";
import { VARIABLES } from "./facts.ts";

const judged = (text: string, facts = someFacts()) => must(readCondition(text)).judge(facts).holds;
const fault = (text: string) => {
  const read = readCondition(text);
  return read.ok ? "reads" : `${read.refusal.facts.at}: ${read.refusal.facts.why}`;
};

describe("a condition", () => {
  it("holds always where it is empty", () => {
    expect([judged(""), judged("   ")]).toEqual([true, true]);
  });

  it("may ask everything that is documented, and each documented example reads", () => {
    for (const { path, example } of VARIABLES) {
      expect(fault(example), example).toBe("reads");
      expect(example).toContain(path);
      expect(typeof judged(example), `${example} can be judged where everything is known`).toBe("boolean");
    }
    expect(factValues(someFacts()).filter((v) => v.value === null)).toEqual([]);
  });

  it("reads as the guide says: its examples, and its table of what may be asked", () => {
    const guide = readFileSync(new URL("../../../docs/guides/shipping-rules.md", import.meta.url), "utf8");
    const examples = /```cel\n([\s\S]*?)\n```/.exec(guide)?.[1]?.split("\n") ?? [];
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) expect(fault(example), example).toBe("reads");
    for (const { path, kind, meaning, example } of VARIABLES)
      expect(guide).toContain(`| \`${path}\` | ${kind} | ${meaning} | \`${example}\` |`);
  });

  it("compares rupees, grams and counts with whole and broken numbers alike", () => {
    const facts = someFacts({
      order: { total: 149_950 },
      package: { weightGrams: 2_500, units: 2, skus: ["A-1", "B-2"] },
    });
    const holds = [
      "order.total == 1499.5",
      "order.total > 1499",
      "package.weight / 1000 > 2",
      "package.units == size(package.skus)",
    ];
    for (const text of [...holds, "package.units in [1, 2]", "2 * package.units == 4"])
      expect(judged(text, facts), text).toBe(true);
  });

  it("takes words of other expression languages and their wrappers", () => {
    const facts = someFacts({ order: { cod: true }, package: { units: 2 } });
    for (const text of [
      "#{ #order.cod and package.units eq 2 }",
      `$${"{"}order.cod or false}`,
      "not (saleOrder.cod and package.units gt 2)",
      "shippingPackage.units ge 2 && 'and or not' == 'and or not'",
    ])
      expect(judged(text, facts), text).toBe(true);
  });

  it("says what is wrong and at which character of what was typed", () => {
    expect({
      assigned: fault("order.total = 5"),
      typo: fault("#{ order.chanel == 'x' }"),
      unknown: fault("order.cod and weight > 1"),
      types: fault("order.cod && order.total > '5'"),
      open: fault("order.cod and (package.units > 1"),
      quote: fault("order.cod and 'x"),
      early: fault("order.cod and "),
      wrapper: fault(" #{order.cod"),
      notYesOrNo: fault("order.total"),
      equals: fault("order.channel.equals('AJIO')"),
    }).toEqual({
      assigned: "13: a comparison is written ==",
      typo: "10: there is no chanel here",
      unknown: "15: there is no weight: conditions begin with order, package or facility",
      types: "14: > does not go with a number and a text",
      open: "33: a ) is missing",
      quote: "15: a text is not closed with its quote",
      early: "15: something is missing at its end",
      wrapper: "2: #{ is opened and not closed with }",
      notYesOrNo: "1: it must be yes or no, and is a number",
      equals: "1: equals is written ==",
    });
  });

  it("offers nothing whose cost its text and the parcel do not bound, and no way out", () => {
    for (const text of [
      "order.channel.matches('(a+)+$')",
      "package.skus.exists(a, package.skus.exists(b, a == b))",
      "package.skus.map(s, s + s).size() > 0",
      "cel.bind(x, order.code + order.code, x == '')",
      "timestamp('2024-01-01T00:00:00Z') == timestamp('2024-01-01T00:00:00Z')",
      "order.constructor == 1",
      "order.customFields.__proto__ == order.customFields",
      "globalThis == 1",
      `order.code == "${"x".repeat(2_000)}"`,
      Array.from({ length: 200 }, () => "order.cod").join(" && "),
    ])
      expect(readCondition(text), text).toMatchObject({ ok: false, refusal: { code: "CONDITION_INVALID" } });
  });

  it("cannot be judged where it needs what is not known, unless the rest decides", () => {
    const facts = someFacts({ order: { cod: true }, package: { weightGrams: null } });
    expect(must(readCondition("package.weight > 500")).judge(facts)).toEqual({
      holds: null,
      why: "weight is not known of this parcel",
    });
    expect(judged("package.weight > 500 || order.cod", facts)).toBe(true);
    expect(judged("package.weight > 500 && !order.cod", facts)).toBe(false);
    expect(judged("has(package.weight) && package.weight > 500", facts)).toBe(false);
  });

  it("takes a custom field that a parcel lacks for an empty text", () => {
    const facts = someFacts({ order: { customFields: [{ name: "Gift", value: "yes" }] } });
    expect(judged('order.customFields["Gift"] == "yes"', facts)).toBe(true);
    expect(judged('order.customFields["Fragile"] == "yes"', facts)).toBe(false);
    expect(judged('order.customFields.Fragile == ""', facts)).toBe(true);
    expect(fault("has(order.customFields.Gift)")).toContain("a custom field that is not set is an empty text");
    expect(fault("'Gift' in order.customFields")).toContain("a custom field that is not set is an empty text");
    expect(fault("order.customFields[order.code] == ''")).toContain("by its name in quotes");
  });

  it("is refused or judged, whatever was typed: it never throws", () => {
    const pieces = fc.constantFrom(
      ...[
        "order",
        "package",
        "facility",
        ".",
        "cod",
        "total",
        "weight",
        "customFields",
        "[",
        "]",
        "(",
        ")",
        "&&",
        "and",
        "or",
      ],
      ...[
        "not",
        "==",
        "=",
        "<",
        "in",
        "1",
        "0",
        "1.5",
        "/",
        "'a'",
        '"',
        "'",
        "#{",
        "}",
        "exists",
        "s",
        ",",
        "size",
        "?",
        ":",
        " ",
        "\\",
        "{",
      ],
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 14 }).map((p) => p.join("")),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const read = readCondition(typed);
        if (read.ok) expect([true, false, null]).toContain(read.value.judge(someFacts()).holds);
        else expect(Number(read.refusal.facts.at)).toBeGreaterThan(0);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it("keeps each character in its place when it is put into CEL", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: "grapheme-ascii" }), (typed) => {
        const plain = plainCondition(typed);
        if (plain.ok) expect(plain.value.length).toBe(typed.length);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});
