/** What the files that serve Tata CLiQ's operations share: orders by store, and how they hop. */
import type { OperationId, Schema } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import type { Answer, Call, Fault, FaultKind, SimOrder, SimOrderItem, Simulation } from "../../kit/simulator/index.ts";
import { addOrder } from "../../kit/simulator/world.ts";
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

/** A store that says nothing for so long is passed over. */
export const ACCEPT_MINUTES = 30;
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

/** An offer that no store took in time goes to the next one. Looked at before every answer. */
export function passOver(parts: Parts, at: Temporal.Instant): void {
  for (const order of [...parts.sim.world.orders.values()]) {
    if (order.orderStatus !== "PENDING_VERIFICATION") continue;
    const offered = Temporal.Instant.from(order.marks?.offeredAt ?? order.orderDate);
    if (Temporal.Instant.compare(offered.add({ minutes: ACCEPT_MINUTES }), at) < 0)
      hop(
        parts,
        order,
        order.items.filter((item) => item.status === "CREATED"),
        at,
      );
  }
}

/**
 * Lines leave a store: they are cancelled for it, and offered to the first store that was not asked yet. Where all were asked
 * nobody has them, and the order is cancelled.
 */
export function hop(parts: Parts, order: SimOrder, items: readonly SimOrderItem[], at: Temporal.Instant): void {
  const { world } = parts.sim;
  const asked = new Set([...(order.marks?.asked ?? "").split(","), slaveOf(order)]);
  const next = parts.slaves.find((slave) => !asked.has(slave));
  const gone = items.map((item) => ({ ...item }));
  for (const item of items) {
    item.status = "CANCELLED";
    item.cancelledQuantity = item.quantity;
  }
  if (order.items.every((item) => item.status === "CANCELLED")) order.orderStatus = "CANCELLED";
  world.write("action", { action: "hop", orderId: order.id, seller: order.seller, at: stamp(at), to: next ?? null });
  if (next === undefined || gone.length === 0) return;
  addOrder(world, {
    ...order,
    id: keyOf({ orderNo: numberOf(order), slaveId: next }),
    items: gone.map((item) => ({ ...item, facilityCode: next, status: "CREATED", changedAt: stamp(at) })),
    orderStatus: "PENDING_VERIFICATION",
    updatedAt: stamp(at),
    marks: { asked: [...asked].filter((slave) => slave !== "").join(","), offeredAt: stamp(at) },
    ...{ invoices: [], parcels: [], shipments: [], courierStatuses: [], returns: [], irns: [], pushes: [] },
    acknowledgedAt: null,
  });
}
