import { type Refusal, refuse, type SaleOrderId } from "../kernel/index.ts";
import { exceptionKinds } from "../orders/index.ts";
import type { Tx } from "../platform/db.ts";
import { fill } from "../platform/refusals.ts";
import { heldByWords, holdingDoubts, releaseHeld } from "./held.store.ts";

/** What taking an order off hold came to. */
export interface Unheld {
  readonly released: number;
  /** A doubt holds the order itself, not single units of it. */
  readonly orderStays: boolean;
  /** What stays on hold, and why; null: nothing does. */
  readonly stays: Refusal<"HELD_IN_DOUBT" | "HELD_BY_WORD"> | null;
}

/**
 * Takes units of an order off hold. What waits for a person's decision or for a word of the channel stays: whoever may unhold
 * need not be who may decide that. @param settled a doubt that is being settled, and holds nothing any more
 */
export async function unholdUnits(
  tx: Tx,
  order: { readonly saleOrderId: SaleOrderId; readonly code: string },
  settled: string | null,
): Promise<Unheld> {
  const released = await releaseHeld(tx, order.saleOrderId, { lines: null, settled });
  const doubts = await holdingDoubts(tx, order.saleOrderId, settled);
  const orderStays = doubts.some((doubt) => doubt.kind === "ACCEPTANCE_REFUSED");
  if (doubts.length > 0) {
    const words = doubts.map(({ kind, facts }) => fill(exceptionKinds[kind].message, facts)).join(" ");
    return { released, orderStays, stays: refuse("HELD_IN_DOUBT", { order: order.code, doubts: words }).refusal };
  }
  const waiting = await heldByWords(tx, order.saleOrderId);
  if (waiting.length === 0) return { released, orderStays, stays: null };
  const units = [...new Set(waiting.map((each) => each.unit))];
  const statuses = [...new Set(waiting.map((each) => each.status))];
  return { released, orderStays, stays: refuse("HELD_BY_WORD", { order: order.code, units, statuses }).refusal };
}
