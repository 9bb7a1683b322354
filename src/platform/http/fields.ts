import { z } from "zod";
import type { Id } from "../../kernel/index.ts";

/** An id in a path, query or body, branded by what it names. */
export function idField<Entity extends string>() {
  return z.uuid().transform((text) => text.toLowerCase() as Id<Entity>);
}

/** One line of text that must be there: trimmed, without control characters (they break labels, CSV files and PDF text). */
export function textField(lengthMax: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, "has no line breaks or control characters");
}

/** One line of text that may be left out, empty or null: all three are null. */
export function optionalTextField(lengthMax: number) {
  return z
    .string()
    .trim()
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, "has no line breaks or control characters")
    .nullish()
    .transform((text) => (text === undefined || text === "" ? null : text));
}

/** What a person types into a list's search field. */
export const searchField = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{Cc}*$/u, "has no control characters")
  .optional();

/** A yes/no filter in a query string. */
export const flagField = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

/** Several values of a filter in one parameter, parted by commas. */
export function anyOfField<Values extends z.ZodType<unknown, string[]>>(values: Values) {
  return z
    .string()
    .max(2_000)
    .transform((given) => given.split(",").filter((part) => part !== ""))
    .pipe(values)
    .optional();
}

/** A search text as a pattern for `ilike`, its own wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
