/** What a run against a marketplace was called with. */
import { operationIds } from "../../contract/validators.ts";
import { type Given, listed, readWhole } from "../arguments.ts";
import type { CommonOptions } from "../protocol.ts";
import type { MarketplaceOperation } from "./check.ts";

export interface MarketplaceOptions extends CommonOptions {
  readonly protocol: "marketplace";
  /** Orders of the test account that may be asked about and, with `write`, changed; empty: the newest are taken. */
  readonly orderIds: readonly string[];
  /** Most pages read of one list. */
  readonly pagesMax: number;
  /** The other side's warehouse code for the stock that `write` sends again; null: none is named. */
  readonly facilityCode: string | null;
}

export const MARKETPLACE_ARGUMENTS = ["order-id", "pages", "facility"] as const;

export const MARKETPLACE_USAGE = `--protocol marketplace: what a hub asks of a marketplace (contract/marketplace.openapi.yaml).
It reads only, unless --write is given.
  --write              also set stock (to what it is), acknowledge, give shipment data, notify,
                       cancel and dispatch: on an account for tests alone
  --order-id ID        an order to use instead of the newest; with --write the first is dispatched,
                       a second one is cancelled
  --facility CODE      your warehouse code, sent with the stock that --write sets
  --pages N            most pages read of one list; 40
`;

const PAGES = 40;
const PAGES_MAX = 500;
const ORDER_IDS_MAX = 10;

/** Not legacy: those were in early editions only, and no hub calls them. */
export const CHECKED_OPERATIONS: readonly MarketplaceOperation[] = operationIds("marketplace").filter(
  (id) => id !== "updatePricing" && id !== "getSettlements" && id !== "getSettlement",
);

/** @returns the options, or in words what is wrong with them */
export function readMarketplace(given: Given, common: CommonOptions): MarketplaceOptions | string {
  const pagesMax = readWhole("--pages", given.pages, PAGES, 1, PAGES_MAX);
  if (typeof pagesMax === "string") return pagesMax;
  const orderIds = listed(given["order-id"]);
  if (orderIds.length > ORDER_IDS_MAX) return `--order-id names at most ${ORDER_IDS_MAX} orders.`;
  return { ...common, protocol: "marketplace", orderIds, pagesMax, facilityCode: given.facility ?? null };
}
