/** What a marketplace offers of which nothing is known: the other side of `connectors/protocol/plain.ts`. */
import type { OperationId } from "../../../contract/types.ts";

export const PLAIN_OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "cancelOrderItems",
  "postShipmentDetails",
  "getCourierDetails",
  "getLabels",
  "dispatchOrderItems",
];
