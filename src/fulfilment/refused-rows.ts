import { z } from "zod";
import type { Refusal } from "../kernel/index.ts";
import { explain } from "../platform/refusals.ts";

/** A record that a bulk action left as it was, with the reason and the way out. */
export const refusedRow = z.object({
  id: z.string(),
  record: z.string(),
  code: z.string(),
  message: z.string(),
  whatToDo: z.string(),
});

export function refusedRowOf(id: string, record: string, refusal: Refusal): z.infer<typeof refusedRow> {
  const { code, message, whatToDo } = explain(refusal);
  return { id, record, code, message, whatToDo };
}
