/**
 * The auditor of the week. He reads the marketplaces' logs over HTTP and the tables themselves, and judges by a model of his own:
 * a line there, its units here, pieces in and out. Nothing of the product's code helps him.
 */
import { adoptionTimes, type Lag } from "./adoption.ts";
import { type AuditBrief, counted, type Finding, forgotten, readBooks, readQuestions, readUnits } from "./books.ts";
import { compareInvoices } from "./invoices.ts";
import { exceeded } from "./limits.ts";
import { compareOrders } from "./orders.ts";
import { compareStock } from "./stock.ts";

export type { Lag } from "./adoption.ts";
export type { AuditBrief, Finding } from "./books.ts";

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly lags: readonly Lag[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export async function judge(brief: AuditBrief): Promise<Verdict> {
  const books = await readBooks(brief.houses);
  const units = await readUnits(brief);
  const questions = await readQuestions(brief);
  const orders = compareOrders(brief, books, units, questions);
  const adoption = adoptionTimes(brief, books, units, questions);
  const invoices = await compareInvoices(brief, books, units);
  const processed = new Set(brief.acts.map((act) => act.orderId)).size / brief.placed.length;
  return {
    findings: [
      ...forgotten(books),
      ...orders.findings,
      ...adoption.findings,
      ...(await compareStock(brief, books, units)),
      ...invoices.findings,
      ...(await exceeded(brief)),
    ],
    lags: adoption.lags,
    figures: {
      sources: books.size,
      ordersThere: [...books.values()].reduce((sum, book) => sum + book.orders.length, 0),
      unitsHere: counted(units.map((unit) => unit.state)),
      short: units.filter((unit) => unit.short).length,
      panelActs: counted(brief.acts.map((act) => act.kind)),
      processedOnPanels: Math.round(1_000 * processed) / 1_000,
      questionsInsteadOfActs: counted(adoption.asked),
      overBeforeSeen: counted(orders.overAtOnce),
      invoicesAwaited: invoices.awaited,
    },
  };
}
