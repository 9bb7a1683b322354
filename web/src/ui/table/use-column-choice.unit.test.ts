import { expect, it } from "vitest";
import type { Column } from "./types.ts";
import { choiceOf } from "./use-column-choice.ts";

const column = (more: Partial<Column<string>>): Column<string> => ({
  ...{ id: "note", header: "Note", width: 100, cell: (row) => row },
  ...more,
});

it("leaves out a column that tells nothing of the rows, until a person wants it", () => {
  const note = column({ tells: (rows) => rows.some((row) => row !== "") });
  expect(choiceOf([note], ["", "gift"], {})).toEqual({ note: true });
  expect(choiceOf([note], ["", ""], {})).toEqual({ note: false });
  expect(choiceOf([note], ["", ""], { note: true })).toEqual({ note: true });
});

it("follows the column's own default and a person's choice, except for what says what the row is", () => {
  expect(choiceOf([column({ hidden: true })], [], {})).toEqual({ note: false });
  expect(choiceOf([column({})], [], { note: false })).toEqual({ note: false });
  expect(choiceOf([column({ always: true })], [], { note: false })).toEqual({ note: true });
});
