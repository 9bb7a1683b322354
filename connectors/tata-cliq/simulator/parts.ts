/** What the files that serve Tata CLiQ's operations share: orders by store, and how lines are judged. */
import type { OperationId, Schema } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import type { Answer, Call, Fault, FaultKind, SimOrder, SimOrderItem, Simulation } from "../../kit/simulator/index.ts";
import { TATA_CLIQ_CONTRACT } from "../contract/index.ts";
import { keyOf, readKey } from "../map/keys.ts";

export interface Parts {
  readonly sim: Simulation;
  /** The seller's stores, in the order in which they are asked. */
  readonly slaves: readonly string[];
  /** PDF of each manifest, by its parcels. */
  readonly manifests: Map<string, { readonly number: string; readonly document: string }>;
  readonly numbers: { next(letters: string): string };
  readonly lists: { finishedDays: number };
}

/** What is over stays in the list of orders for so many days. Theirs is not known: nought drops it at once. */
export const FINISHED_DAYS = 2;

export const DEMANDED = "refused on demand";
export const ACTS: readonly FaultKind[] = ["partial_success", "failed"];

export function serve<O extends OperationId<"tata-cliq">>(
  { sim }: Pick<Parts, "sim">,
  id: O,
  handler: (call: Call<"tata-cliq", O>) => Answer | Promise<Answer>,
  acts: readonly FaultKind[] = [],
): void {
  sim.server.serve(operation(TATA_CLIQ_CONTRACT, id), handler, { acts });
}

export function said(status: number, message: string): Answer {
  return { status, body: { message } };
}

/** Which entries of a batch a fault strikes: all of them, or the later half (at least one). */
export function struck<T>(fault: Fault | null, entries: readonly T[]): ReadonlySet<T> {
  if (fault?.kind === "failed") return new Set(entries);
  if (fault?.kind === "partial_success") return new Set(entries.slice(Math.floor(entries.length / 2)));
  return new Set();
}

export function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "millisecond" });
}

export interface Failure {
  readonly transactionId: string;
  readonly message: string;
}

/** The answer to a write that names lines. A fault's own word wins. */
export function linesAnswer(
  orderId: string,
  sent: readonly string[],
  failed: readonly Failure[],
  fault: Fault | null,
): Answer {
  return { status: 200, orderIds: [orderId], body: { status: word(fault, sent.length, failed.length), failed } };
}

export function word(fault: Fault | null, sent: number, failed: number): Schema<"tata-cliq", "LinesResult">["status"] {
  if (fault?.kind === "partial_success") return "PARTIAL_SUCCESS";
  if (failed === 0) return "SUCCESS";
  return failed === sent ? "FAILED" : "PARTIAL_SUCCESS";
}

/** The lines of an order that a store has, as a write names them. */
export interface NamedLines {
  readonly orderNo: string;
  readonly slaveId: string;
  readonly transactionIds: readonly string[];
}

export function storeOrder({ sim }: Parts, seller: string, of: Omit<NamedLines, "transactionIds">): SimOrder | null {
  const order = sim.world.orders.get(keyOf(of));
  return order && order.seller === seller ? order : null;
}

/** Judges each line; what passes is handed to `take`. */
export function eachLine(
  parts: Parts,
  seller: string,
  wish: NamedLines,
  fault: Fault | null,
  whyNot: (order: SimOrder, item: SimOrderItem) => string | null,
): { readonly order: SimOrder | null; readonly taken: readonly SimOrderItem[]; readonly failed: readonly Failure[] } {
  const order = storeOrder(parts, seller, wish);
  const refused = struck(fault, wish.transactionIds);
  const taken: SimOrderItem[] = [];
  const failed: Failure[] = [];
  for (const transactionId of wish.transactionIds) {
    const item = order?.items.find((one) => one.orderItemId === transactionId);
    const message = refused.has(transactionId)
      ? (fault?.message ?? DEMANDED)
      : order && item
        ? whyNot(order, item)
        : "no such line at this store";
    if (message !== null || !item) failed.push({ transactionId, message: message ?? "no such line" });
    else taken.push(item);
  }
  return { order, taken, failed };
}

export function numberOf(order: SimOrder): string {
  return readKey(order.id)?.orderNo ?? order.id;
}

export function slaveOf(order: SimOrder): string {
  return readKey(order.id)?.slaveId ?? "";
}
