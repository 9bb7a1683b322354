import { z } from "zod";
import type { LocalDate } from "../kernel/index.ts";

/** A calendar month, both days included. */
export interface Month {
  readonly name: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** Reads "2026-11". Pure, as all of this file. */
export const monthField = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, "is a month as 2026-11")
  .transform((text): Month => {
    const first = Temporal.PlainYearMonth.from(text);
    return { name: text, from: first.toPlainDate({ day: 1 }), to: first.toPlainDate({ day: first.daysInMonth }) };
  });

/** Basis points as percent: 1800 → "18", 25 → "0.25". */
export function percent(bps: number): string {
  return String(bps / 100);
}
