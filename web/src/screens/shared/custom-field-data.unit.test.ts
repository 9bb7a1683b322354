import { describe, expect, it } from "vitest";
import {
  changesOf,
  declarationOf,
  type FieldGroup,
  fieldChangeWords,
  type ShownField,
  startOf,
} from "./custom-field-data.ts";

const aField = (over: Partial<ShownField> = {}): ShownField => ({
  name: "slot",
  label: "Slot",
  kind: "TEXT",
  choices: [],
  required: false,
  defaultValue: null,
  value: null,
  state: "EMPTY",
  why: null,
  how: null,
  by: null,
  at: null,
  ...over,
});
const group = (fields: readonly ShownField[], id = "order"): FieldGroup => ({ id, title: id, fields });

describe("what a form of custom fields sends", () => {
  it("is what is other than it was, and nothing of a default that was left alone", () => {
    const fields = [
      aField({ name: "a", state: "WRITTEN", value: "1" }),
      aField({ name: "b", state: "WRITTEN", value: "2" }),
      aField({ name: "c", state: "DEFAULT", value: "usual", defaultValue: "usual" }),
      aField({ name: "gone", state: "DISABLED", value: "x" }),
    ];
    const values = { "field-0-0": "1", "field-0-1": " ", "field-0-2": "", "field-1-0": "true" };
    const item = aField({ name: "fragile", kind: "YES_NO" });
    expect(changesOf([group(fields), group([item], "u1")], values)).toEqual([
      { group: "order", name: "b", value: null },
      { group: "u1", name: "fragile", value: "true" },
    ]);
  });

  it("starts empty where what came does not fit, and leaves that alone until something is typed", () => {
    const boxes = aField({ name: "boxes", kind: "WHOLE_NUMBER", state: "UNFIT", value: "a few" });
    expect(startOf(boxes)).toBe("");
    expect(startOf(aField({ kind: "CHOICE", state: "UNFIT", value: "Green" }))).toBeNull();
    expect(changesOf([group([boxes])], { "field-0-0": "" })).toEqual([]);
    expect(changesOf([group([boxes])], { "field-0-0": "3" })).toEqual([{ group: "order", name: "boxes", value: "3" }]);
  });
});

describe("the control of a field", () => {
  it("keeps a choice of earlier days in sight", () => {
    const field = aField({ kind: "CHOICE", choices: ["A"], value: "B", state: "WRITTEN" });
    expect(declarationOf(field, "x").options?.map((option) => option.label)).toEqual(["B (no longer offered)", "A"]);
  });

  it("says what stands where it is left empty", () => {
    expect(declarationOf(aField({ kind: "YES_NO", defaultValue: "false" }), "x").help).toBe("Left empty, No stands.");
  });
});

describe("a change in the timeline", () => {
  it("names the unit only where there are several", () => {
    const change = { of: "O1-1", label: "Engraving", before: null, after: "A.R." };
    expect(fieldChangeWords({ changes: [change], more: 0 })).toBe("Engraving: – → A.R.");
    expect(fieldChangeWords({ changes: [change, { ...change, of: null, after: null }], more: 2 })).toBe(
      "O1-1, Engraving: – → A.R.; Engraving: – → –; 2 more",
    );
  });
});
