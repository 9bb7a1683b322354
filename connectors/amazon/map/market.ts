/** The marketplace that this connector is for, and the ways in which its orders are fulfilled. Pure. */
import type { Schema } from "../../../contract/types.ts";

export type Order = Schema<"amazon", "Order">;
export type OrderItem = Schema<"amazon", "OrderItem">;
export type OrderPackage = Schema<"amazon", "OrderPackage">;

/** amazon.in. It belongs to the European region of the API. */
export const MARKETPLACE = "A21TJRUUN4KGV";
/** Amazon gives instants; days of its papers are Indian. */
export const ZONE = "Asia/Kolkata";
/** Stock that the seller keeps himself. Any other code is Amazon's own warehouse (FBA), and a figure told for it would take the listing out of there. */
export const OWN_STOCK = "DEFAULT";

/**
 * Who fulfils an order. "EASY_SHIP": the seller packs, Amazon collects, invoices and labels. "SELF_SHIP" (MFN): all is the
 * seller's. "FBA": Amazon's warehouse; nothing of it concerns the seller's stock here.
 */
export type Path = "EASY_SHIP" | "SELF_SHIP" | "FBA";

export function pathOf(order: Pick<Order, "programs" | "fulfillment">): Path {
  if (order.fulfillment?.fulfilledBy === "AMAZON") return "FBA";
  return order.programs?.includes("AMAZON_EASY_SHIP") ? "EASY_SHIP" : "SELF_SHIP";
}

/** Said where an order of Amazon's own warehouse is asked for. */
export const FBA_WORDS = "is fulfilled by Amazon (FBA): its stock lies in Amazon's warehouse, and nothing is done here";

/** Names of the settings that say which orders a channel takes. */
export const TAKES = { EASY_SHIP: "takesEasyShip", SELF_SHIP: "takesSelfShip" } as const;

/** Does the channel take new orders of this kind? */
export function takes(settings: Readonly<Record<string, unknown>>, path: Path): boolean {
  return path !== "FBA" && settings[TAKES[path]] !== false;
}
