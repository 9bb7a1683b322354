/** What the files of Flipkart's simulator share. */
import type { OperationId } from "../../../contract/types.ts";
import { type Operation, operation } from "../../../contract/validators.ts";
import type { Answer, Call, FaultKind, SimOrder, Simulation } from "../../kit/simulator/index.ts";
import type { Numbers } from "../../protocol/simulator/parcels.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import type { Accounts } from "./accounts.ts";

export interface Parts {
  readonly sim: Simulation;
  readonly numbers: Numbers;
  readonly accounts: Accounts;
  readonly pages: Pages;
  /** Kinds of cancellation whose list gives an error, as some clients see it. */
  readonly brokenLists: Set<CancellationType>;
  /** What was changed of listings, by SKU. */
  readonly listingMarks: Map<string, ListingMarks>;
}

export interface ListingMarks {
  /** NON_FBF unless it is said. */
  readonly profile?: "FBF" | "FBF_LITE" | "NON_FBF" | undefined;
  /** The seller has taken it off Flipkart. */
  readonly withdrawn?: boolean | undefined;
}

export const CANCELLATION_TYPES = ["sellerCancellation", "buyerCancellation", "marketplaceCancellation"] as const;
export type CancellationType = (typeof CANCELLATION_TYPES)[number];

/** Lists of ids that pages are cut from, by the key inside their token. */
export type Pages = Map<string, readonly string[]>;

/** Batch operations can be told to fail in part or whole. */
export const BATCH_FAULTS: readonly FaultKind[] = ["partial_success", "failed"];

type Name = OperationId<"flipkart">;

/** Serves an operation of the contract. */
export function serve<O extends Name>(
  { sim }: Pick<Parts, "sim">,
  id: O,
  handler: (call: Call<"flipkart", O>) => Answer | Promise<Answer>,
  options: Parameters<Simulation["server"]["serve"]>[2] = {},
): void {
  const found: Operation<"flipkart", O> = operation(FLIPKART_CONTRACT, id);
  sim.server.serve(found, handler, options);
}

/** `{errors: [...]}` as Flipkart refuses whole requests. */
export function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { errors: [{ severity: "ERROR", code, message }] } };
}

/** A PDF: the contract describes no JSON for it, so there is nothing to check. */
export function pdf(bytes: Buffer, orderIds: readonly string[] = []): Answer {
  return { status: 200, headers: { "content-type": "application/pdf" }, body: bytes, unchecked: true, orderIds };
}

/** Ids of a list in a path or a query. */
export function idsIn(list: string): string[] {
  return [...new Set(list.split(",").map((id) => id.trim()))].filter((id) => id !== "");
}

/** The seller's shipment; undefined for one of nobody or of another. */
export function shipmentOf({ sim }: Pick<Parts, "sim">, seller: string, id: string): SimOrder | undefined {
  const order = sim.world.orders.get(id);
  return order !== undefined && isShipmentOf(order, seller) ? order : undefined;
}

/** What waits for the marketplace's own approval is no shipment yet. */
export function isShipmentOf(order: SimOrder, seller: string): boolean {
  return order.seller === seller && order.orderStatus !== "PENDING_VERIFICATION";
}

export function marksOf(order: SimOrder): Record<string, string> {
  order.marks ??= {};
  return order.marks;
}
