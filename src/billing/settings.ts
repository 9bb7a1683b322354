import { z } from "zod";
import { tenantSetting } from "../identity/index.ts";

/** Off by default: a courier collects exact amounts, and buyers compare with what the channel showed them. */
export const roundToRupee = tenantSetting({
  name: "billing.roundToRupee",
  label: "Round invoices to the rupee",
  help: "Adds a round-off line of up to 50 paise. Invoices whose amount a courier collects are never rounded.",
  schema: z.boolean(),
  initial: false,
});

export const invoiceTerms = tenantSetting({
  name: "billing.invoiceTerms",
  label: "Terms on invoices",
  help: "Sentences printed at the foot of every invoice, up to six.",
  schema: z.array(z.string().trim().min(1).max(300)).max(6),
  initial: [],
});
