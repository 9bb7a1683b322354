/** What the auditor says. A kind names one way in which two sides may disagree; a run that is right has no finding. */
export type FindingKind =
  | "LOG_INCOMPLETE"
  // Orders
  | "ORDER_MISSING"
  | "ORDER_TWICE"
  | "ORDER_INVENTED"
  | "ORDER_OF_OTHER_CHANNEL"
  | "LINES_DIFFER"
  | "AMOUNTS_DIFFER"
  | "ORDER_STATE_DIFFERS"
  | "LINE_STATE_DIFFERS"
  | "FACILITY_DIFFERS"
  | "INTAKE_UNEXPLAINED"
  | "INTAKE_OPEN"
  // Parcels
  | "NOT_DISPATCHED_THERE"
  | "NOT_DISPATCHED_HERE"
  | "DISPATCHED_TWICE"
  | "CANCELLED_TWICE"
  | "AWB_DIFFERS"
  | "INVOICE_DIFFERS"
  | "INVOICE_TWICE"
  | "INVOICE_GAP"
  | "MANIFEST_MISSING"
  | "RETURN_DIFFERS"
  | "CREDIT_DIFFERS"
  // Stock
  | "FIGURE_DIFFERS"
  | "FIGURE_IMPOSSIBLE"
  | "STOCK_DIFFERS"
  | "OVERSOLD"
  | "STARVED"
  // What must not be left over
  | "LEFT_OVER";

export interface Finding {
  readonly kind: FindingKind;
  /** The order, listing or record. */
  readonly about: string;
  readonly words: string;
}

export function finding(kind: FindingKind, about: string, words: string): Finding {
  return { kind, about, words };
}

/** "2 DISPATCHED, 1 CANCELLED". */
export function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ") || "none";
}
