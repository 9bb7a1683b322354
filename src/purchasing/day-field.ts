import { z } from "zod";

/** A day in a body: "2026-11-22". */
export const dayField = z.iso.date().transform((text) => Temporal.PlainDate.from(text));

/** A day that may be left out, empty or null: all three are null. */
export const optionalDayField = z
  .union([z.iso.date(), z.literal("")])
  .nullish()
  .transform((text) => (text === undefined || text === null || text === "" ? null : Temporal.PlainDate.from(text)));
