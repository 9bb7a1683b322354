/** What the files that serve operations share. */
import type { ContractName, OperationId, Schema } from "../../../contract/types.ts";
import { type Operation, operation } from "../../../contract/validators.ts";
import type {
  Answer,
  Call,
  Fault,
  FaultKind,
  SimOrder,
  SimOrderItem,
  Simulation,
  World,
} from "../../kit/simulator/index.ts";
import type { ProtocolOffer } from "./index.ts";
import type { Numbers } from "./parcels.ts";

export interface Parts {
  readonly sim: Simulation;
  readonly offer: ProtocolOffer;
  readonly numbers: Numbers;
  offers(id: OperationId<"marketplace">): boolean;
}

/** Serves an operation where the source offers it. */
export function serveOffered<O extends OperationId<"marketplace">>(
  { sim, offers }: Parts,
  id: O,
  handler: (call: Call<"marketplace", O>) => Answer | Promise<Answer>,
  acts: readonly FaultKind[] = [],
): void {
  const found: Operation<"marketplace" & ContractName, O> = operation("marketplace", id);
  if (offers(id)) sim.server.serve(found, handler, { acts });
}

/** Batch operations can be told to fail in part or whole. */
export const BATCH_FAULTS: readonly FaultKind[] = ["partial_success", "failed"];

/** Which entries of a batch a fault strikes: all of them, or the later half (at least one). */
export function struck<T>(fault: Fault | null, entries: readonly T[]): ReadonlySet<T> {
  if (fault?.kind === "failed") return new Set(entries);
  if (fault?.kind === "partial_success") return new Set(entries.slice(Math.floor(entries.length / 2)));
  return new Set();
}

/** The word for a batch. A fault's own word wins: PARTIAL_SUCCESS is said even where a single entry failed. */
export function outcome(fault: Fault | null, entries: number, failed: number): Schema<"marketplace", "ResultStatus"> {
  if (fault?.kind === "partial_success") return "PARTIAL_SUCCESS";
  if (failed === 0) return "SUCCESS";
  return failed === entries ? "FAILED" : "PARTIAL_SUCCESS";
}

export const DEMANDED = "refused on demand";
export const NO_ITEM = "order Item Id not available";

/** A line by its id, if it is this seller's. */
export function lineOf(
  world: World,
  seller: string,
  orderItemId: string,
): { order: SimOrder; item: SimOrderItem } | null {
  const orderId = world.orderOfItem.get(orderItemId);
  const order = orderId === undefined ? undefined : world.orders.get(orderId);
  const item = order?.items.find((candidate) => candidate.orderItemId === orderItemId);
  return order && item && order.seller === seller ? { order, item } : null;
}

export function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "millisecond" });
}
