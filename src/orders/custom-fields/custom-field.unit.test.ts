import { describe, expect, it } from "vitest";
import { newId } from "../../kernel/index.ts";
import { explain } from "../../platform/refusals.ts";
import {
  checkDefinition,
  type FieldDefinition,
  pairsToSend,
  readValue,
  retired,
  type StoredField,
} from "./custom-field.ts";
import { decideValue } from "./decide-value.ts";
import "./errors.ts";
import { keepable } from "./keep-imported.ts";
import { shownFields, type ValueWithOrigin } from "./view.ts";

const aField = (over: Partial<StoredField> = {}): StoredField => ({
  customFieldId: newId<"CustomField">(),
  appliesTo: "ORDER",
  name: "giftNote",
  label: "Gift note",
  kind: "TEXT",
  choices: [],
  retiredChoices: [],
  required: false,
  defaultValue: null,
  onLists: false,
  enabled: true,
  ...over,
});
const read = (kind: StoredField["kind"], text: string, over: Partial<StoredField> = {}) => {
  const value = readValue(aField({ kind, ...over }), text, "new");
  return value.ok ? value.value : null;
};

describe("a text as a value", () => {
  it.each([
    ["TEXT", "  Happy birthday ", "Happy birthday"],
    ["TEXT", "two\nlines", null],
    ["TEXT", "x".repeat(501), null],
    ["TEXT", " ", null],
    ["WHOLE_NUMBER", "0042", "42"],
    ["WHOLE_NUMBER", "-0", "0"],
    ["WHOLE_NUMBER", "1,23,456", "123456"],
    ["WHOLE_NUMBER", "1,2", null],
    ["WHOLE_NUMBER", "4.5", null],
    ["WHOLE_NUMBER", "9".repeat(16), null],
    ["DECIMAL", "1,234.50", "1234.50"],
    ["DECIMAL", "-0.00", "0.00"],
    ["DECIMAL", "1e3", null],
    ["DECIMAL", ".5", null],
    ["DATE", "2026-11-22", "2026-11-22"],
    ["DATE", "2026-11-22T18:30:00Z", "2026-11-22"],
    ["DATE", "5/1/2027", "2027-01-05"],
    ["DATE", "31-11-2026", null],
    ["DATE", "22.11.2026", null],
    ["YES_NO", "Yes", "true"],
    ["YES_NO", "0", "false"],
    ["YES_NO", "perhaps", null],
  ] as const)("%s: %j is read as %j", (kind, text, value) => {
    expect(read(kind, text)).toBe(value);
  });

  it("is one of the choices, whatever its case, in their spelling", () => {
    expect(read("CHOICE", "red", { choices: ["Red", "Blue"] })).toBe("Red");
    expect(read("CHOICE", "Green", { choices: ["Red", "Blue"] })).toBeNull();
  });

  it("may stay a choice of earlier days, and is not chosen anew", () => {
    const field = aField({ kind: "CHOICE", choices: ["Red"], retiredChoices: ["Blue"] });
    expect(readValue(field, "Blue", "kept")).toEqual({ ok: true, value: "Blue" });
    expect(readValue(field, "Blue", "new")).toEqual({ ok: false, why: "is none of Red" });
  });
});

describe("a definition", () => {
  const given: FieldDefinition = aField();
  it("brings its default into form, and refuses one that does not fit", () => {
    expect(checkDefinition({ ...given, kind: "DATE", defaultValue: "1/12/2026" })).toMatchObject({
      ok: true,
      value: { defaultValue: "2026-12-01" },
    });
    expect(checkDefinition({ ...given, kind: "WHOLE_NUMBER", defaultValue: "many" })).toMatchObject({
      ok: false,
      refusal: { code: "CUSTOM_FIELD_DEFAULT" },
    });
  });

  it("of a list has choices, each once; of another type none", () => {
    expect(checkDefinition({ ...given, kind: "CHOICE", choices: ["A", "A ", "B"] })).toMatchObject({
      value: { choices: ["A", "B"] },
    });
    expect(checkDefinition({ ...given, choices: ["A"] })).toMatchObject({ value: { choices: [] } });
    for (const choices of [[], ["A", "-"]])
      expect(checkDefinition({ ...given, kind: "CHOICE", choices })).toMatchObject({
        refusal: { code: "CUSTOM_FIELD_CHOICES" },
      });
  });

  it("is not called like a column of the file", () => {
    expect(checkDefinition({ ...given, name: "Order_Code" })).toMatchObject({
      refusal: { code: "CUSTOM_FIELD_NAME_RESERVED" },
    });
  });

  it("remembers choices that are offered no more, and forgets those that came back", () => {
    const before = aField({ kind: "CHOICE", choices: ["B", "C"], retiredChoices: ["A"] });
    expect(retired(before, ["A", "C", "D"])).toEqual(["B"]);
  });
});

describe("a value that somebody gives", () => {
  const subject = { appliesTo: "ORDER", code: "JM-1" } as const;
  const decide = (field: StoredField | undefined, value: string | null, before?: string) =>
    decideValue(field, { subject, name: "giftNote", value }, before);

  it("is refused in words that name field, record, value and reason", () => {
    const refused = decide(aField({ kind: "WHOLE_NUMBER", label: "Boxes" }), "three");
    expect(refused.ok ? null : explain(refused.refusal).message).toBe(
      'Boxes of order JM-1 was not saved: "three" is not a whole number of at most 15 digits.',
    );
  });

  it.each([
    ["without a definition", undefined, "x", undefined, "CUSTOM_FIELD_UNKNOWN"],
    ["where the field is disabled", aField({ enabled: false }), "x", undefined, "CUSTOM_FIELD_DISABLED"],
    ["empty where it is required", aField({ required: true }), " ", "old", "CUSTOM_FIELD_REQUIRED"],
  ] as const)("is refused %s", (_, field, value, before, code) => {
    expect(decide(field, value, before)).toMatchObject({ ok: false, refusal: { code } });
  });

  it("may be taken away, also where nobody defined it, or a default stands in", () => {
    expect(decide(undefined, null, "stray")).toMatchObject({ ok: true, value: null });
    expect(decide(aField({ required: true, defaultValue: "none" }), null, "x")).toMatchObject({
      ok: true,
      value: null,
    });
  });
});

describe("what partners are sent", () => {
  it("is each enabled field's value, or its default; nothing undefined, unfit or disabled", () => {
    const fields = [
      aField(),
      aField({ name: "boxes", kind: "WHOLE_NUMBER" }),
      aField({ name: "fragile", kind: "YES_NO", defaultValue: "false" }),
      aField({ name: "old", enabled: false }),
      aField({ name: "empty" }),
    ];
    const values = new Map([
      ["giftNote", "Hi"],
      ["boxes", "a few"],
      ["old", "kept"],
      ["stray", "not defined"],
    ]);
    expect(pairsToSend(fields, values)).toEqual([
      { name: "giftNote", value: "Hi" },
      { name: "fragile", value: "false" },
    ]);
  });
});

describe("fields on a screen", () => {
  const written = (name: string, value: string): ValueWithOrigin => ({
    ...{ subjectId: "x", name, value, how: "CHANNEL", by: "Jupiter Money", at: "2026-11-20T04:30:00Z" },
  });
  it("say how they stand", () => {
    const fields = [
      aField({ name: "a" }),
      aField({ name: "b", required: true }),
      aField({ name: "c", defaultValue: "usual" }),
      aField({ name: "d", kind: "WHOLE_NUMBER" }),
      aField({ name: "e", enabled: false }),
      aField({ name: "f", enabled: false }),
      aField({ name: "g" }),
      aField({ name: "item", appliesTo: "ITEM" }),
    ];
    const shown = shownFields("ORDER", fields, [
      written("a", "1"),
      written("d", "x"),
      written("e", "2"),
      written("z", "3"),
    ]);
    expect(shown.map(({ name, state, value }) => [name, state, value])).toEqual([
      ["a", "WRITTEN", "1"],
      ["b", "MISSING", null],
      ["c", "DEFAULT", "usual"],
      ["d", "UNFIT", "x"],
      ["e", "DISABLED", "2"],
      ["g", "EMPTY", null],
      ["z", "UNDEFINED", "3"],
    ]);
  });
});

describe("what orders bring", () => {
  it("is kept within limits, and what is not is named", () => {
    const many = Array.from({ length: 51 }, (_, i) => ({ name: `n${i}`, value: "x" }));
    expect(keepable(many)).toMatchObject({ leftOut: ["n50"] });
    expect(
      keepable([
        { name: "n".repeat(101), value: "x" },
        { name: "long", value: "x".repeat(2001) },
      ]),
    ).toEqual({
      kept: [],
      leftOut: ["n".repeat(100), "long"],
    });
  });
});
