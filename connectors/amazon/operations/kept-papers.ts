/**
 * Papers that came with an invoice, for the label that is asked for next: one PDF is both, and Amazon gives one document a
 * minute.
 */
import type { Call } from "../../kit/index.ts";

const ORDERS = "papers kept";
/** Some megabytes for a channel; past it the oldest are fetched again. */
const KEPT_MAX = 24;
/** What was made so long ago may have been made anew. */
const KEPT_MINUTES = 60;
const keyOf = (orderId: string) => `papers of ${orderId}`;
/** Where the way to the papers of an order is kept. */
export const stepKeyOf = (orderId: string) => `papers ${orderId}`;

export function keepPapers(call: Call, orderId: string, pdf: Buffer): void {
  const orders = [...(call.memory.get(ORDERS) ?? "").split(" ").filter((id) => id !== "" && id !== orderId), orderId];
  for (const id of orders.slice(0, -KEPT_MAX)) call.memory.drop(keyOf(id));
  call.memory.set(ORDERS, orders.slice(-KEPT_MAX).join(" "));
  call.memory.set(keyOf(orderId), `${call.now.epochMilliseconds} ${pdf.toString("base64")}`);
}

/** They are given once: who asks again gets what Amazon has. Null: not fetched by this process, or too long ago. */
export function takePapers(call: Call, orderId: string): Buffer | null {
  const [fetchedAt = "", base64] = (call.memory.get(keyOf(orderId)) ?? "").split(" ");
  call.memory.drop(keyOf(orderId));
  if (base64 === undefined) return null;
  const minutes = (call.now.epochMilliseconds - Number(fetchedAt)) / 60_000;
  return minutes < KEPT_MINUTES ? Buffer.from(base64, "base64") : null;
}

/** A parcel was scheduled: papers that were asked for before are another parcel's. */
export function forgetPapers(call: Call, orderId: string): void {
  call.memory.drop(stepKeyOf(orderId));
  call.memory.drop(keyOf(orderId));
}
