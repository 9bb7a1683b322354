import { z } from "zod";
import { tenantSetting } from "../identity/index.ts";

/** The figure by which the law says how old a document may be, and how long its HSN codes are. */
export const turnoverCrore = tenantSetting({
  name: "e-invoice.turnoverCrore",
  label: "Aggregate turnover, in crore rupees",
  help: "Of all registrations of your PAN together. From 10 crore on a document can be reported for 30 days after its date; above 5 crore HSN codes have 6 digits at least.",
  schema: z.number().min(0).max(10_000_000),
  // The strict side of both rules: who sells less says so here.
  initial: 10,
});
